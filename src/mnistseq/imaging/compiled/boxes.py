"""Compiled versions of finding boxes around the ink of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def shrunk(grey: Pixels, boxes: Ints, owner: Ints) -> Ints:
    """See `mnistseq.imaging.boxes`."""
    result = boxes.copy()
    _shrink(grey, boxes, owner, result)
    return result


@compiled
def _inked(image: Any, rows: Any, columns: Any) -> Any:
    """Whether any pixel of a part of an image is darker than white."""
    for y in range(*rows):
        for x in range(*columns):
            if image[y, x] < 255:
                return True
    return False


@compiled
def _shrink(grey: Any, boxes: Any, owner: Any, result: Any) -> None:
    for box in range(len(boxes)):
        image = grey[owner[box]]
        left, top, right, foot = boxes[box]
        while top < foot and not _inked(image, (top, top + 1), (left, right)):
            top += 1
        if top == foot or left >= right:
            continue
        while not _inked(image, (foot - 1, foot), (left, right)):
            foot -= 1
        while not _inked(image, (top, foot), (left, left + 1)):
            left += 1
        while not _inked(image, (top, foot), (right - 1, right)):
            right -= 1
        result[box, 0], result[box, 1] = left, top
        result[box, 2], result[box, 3] = right, foot


def surrounded(grey: Pixels, widths: Ints, light: int) -> Ints:
    """See `mnistseq.canvas_transforms.trim`."""
    result = np.empty((len(grey), 4), dtype=np.int64)
    _surround(grey, widths, light, result)
    return result


@compiled
def _surround(grey: Any, widths: Any, light: Any, result: Any) -> None:
    height, darkest = grey.shape[1], np.empty(grey.shape[2], np.uint8)
    for row in range(len(grey)):
        width = widths[row]
        top, foot = height, 0
        darkest[:] = 255
        for y in range(height):
            line, least = grey[row, y], np.uint8(255)
            for x in range(width):
                least = min(least, line[x])
                darkest[x] = min(darkest[x], line[x])
            if least < light:
                top, foot = min(top, y), y + 1
        left, right = grey.shape[2], 0
        for x in range(width):
            if darkest[x] < light:
                left, right = min(left, x), x + 1
        result[row, 0], result[row, 1] = left, top
        result[row, 2], result[row, 3] = right, foot
