"""Compiled versions of the strokes of marks, and of the search for paper where one fits."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def drawn(images: Pixels, rows: Ints, windows: Ints, strokes: Floats) -> Pixels:
    """See `mnistseq.imaging.strokes`."""
    result = images.copy()
    _draw(rows, windows, strokes, result)
    return result


@compiled
def _draw(rows: Any, windows: Any, strokes: Any, result: Any) -> None:
    for stroke in range(len(rows)):
        start_x, start_y, end_x, end_y = strokes[stroke, :4]
        radius, bow, ink, taper = strokes[stroke, 4:]
        along, down = end_x - start_x, end_y - start_y
        length = max(along * along + down * down, 1e-9)
        across = np.sqrt(length)
        left, top, right, foot = windows[stroke]
        for line in range(top, foot):
            y = line + 0.5 - start_y
            for column in range(left, right):
                x = column + 0.5 - start_x
                share = min(max((x * along + y * down) / length, 0.0), 1.0)
                offset = 4 * bow * share * (1 - share) / across
                dx = x - share * along + offset * down
                dy = y - share * down - offset * along
                thinner = taper * share
                reach = radius * (1 - thinner) + 0.5
                cover = min(max(reach - np.sqrt(dx * dx + dy * dy), 0.0), 1.0)
                light = np.uint8(np.rint(255 * (1 - ink * (1 - thinner / 3) * cover)))
                result[rows[stroke], line, column] = min(result[rows[stroke], line, column], light)


def free_columns(
    images: Pixels, widths: Ints, rows: Ints, room: Ints, lines: Ints, reach: Ints
) -> Ints:
    """See `mnistseq.canvas_transforms.marks`."""
    result = np.full(len(rows), -1)
    _find(images, widths, rows, room, (lines, reach), result)
    return result


@compiled
def _find(images: Any, widths: Any, rows: Any, room: Any, points: Any, result: Any) -> None:
    for point in range(len(rows)):
        image = images[rows[point], :, : widths[point]]
        line, reach = points[0][point], points[1][point]
        before, behind = room[point]
        middle = (before + behind) // 2
        for away in range((behind - before) // 2 + 2):
            for column in (middle - away, middle + away):
                if before < column < behind and _is_white(image, column, line, reach):
                    result[point] = column
                    break
            if result[point] >= 0:
                break


@compiled
def _is_white(image: Any, column: Any, line: Any, reach: Any) -> Any:
    """Whether a point would lie within an image, with only white around it."""
    height, width = image.shape
    if column < reach or column + reach >= width:
        return False
    for y in range(line - reach, line + 2 * reach + 2):
        for x in range(column - reach, column + reach + 1):
            if image[min(max(y, 0), height - 1), x] < 255:
                return False
    return True
