"""Twin of boxes that are tightened around the ink."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.imaging.compiled.compiler import compiled


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


def boxes_of(glyphs: Pixels) -> Ints:
    """See `mnistseq.imaging.move_glyphs`."""
    result = np.zeros((len(glyphs), 4), dtype=np.int64)
    _surround(glyphs, result)
    return result


@compiled
def _surround(glyphs: Any, result: Any) -> None:
    height, width = glyphs.shape[1:]
    used = np.zeros(width, np.uint8)
    for glyph in range(len(glyphs)):
        used[:] = 0
        top, foot = height, 0
        for y in range(height):
            line, any_ink = glyphs[glyph, y], np.uint8(0)
            for x in range(width):
                used[x] |= line[x]
                any_ink |= line[x]
            if any_ink:
                top, foot = min(top, y), y + 1
        if not foot:
            continue
        left, right = 0, width
        while not used[left]:
            left += 1
        while not used[right - 1]:
            right -= 1
        result[glyph, 0], result[glyph, 1] = left, top
        result[glyph, 2], result[glyph, 3] = right, foot
