"""Compiled version of drawing with pens."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.compiled.bilinear import rounded
from mnistseq.core.compiled.boxes import surround
from mnistseq.core.compiled.compiler import UNIT, compiled
from mnistseq.core.moved_paths import Ends, between_nodes, farthest_ink

_STEP = 8
"""Lines are computed in multiples of this, so that no loop has a remainder that isn't vectorised."""


def row_ends(fields: Pixels, near: Ints) -> Ends:
    """See `mnistseq.core.moved_paths`."""
    result = np.empty((len(fields), 2, fields.shape[1]), np.int16)
    _find_ends(fields, near.astype(np.uint8), np.arange(fields.shape[2], dtype=np.int16), result)
    return result


@compiled
def _find_ends(fields: Any, near: Any, columns: Any, result: Any) -> None:
    width = np.int16(fields.shape[2])
    for glyph in range(len(fields)):
        limit = near[glyph]
        for y in range(fields.shape[1]):
            row = fields[glyph, y]
            first, last = width, np.int16(-1)
            for x in range(len(columns)):
                close = row[x] < limit
                first = min(first, columns[x] if close else width)
                last = max(last, columns[x] if close else np.int16(-1))
            result[glyph, 0, y], result[glyph, 1, y] = first, last


def drawn(
    fields: Pixels,
    ends: Ends | None,
    maps: Floats,
    pressures: Pixels,
    nibs: Ints,
    size: tuple[int, int],
) -> tuple[Pixels, Ints]:
    """See `mnistseq.core.moved_paths`."""
    if ends is None:
        ends = row_ends(fields, farthest_ink(nibs))
    result, boxes = np.zeros((len(fields), *size), np.uint8), np.zeros((len(fields), 4), np.int64)
    height, width = size
    (top, down), (left, across) = map(between_nodes, pressures.shape[1:], size)
    grid = np.zeros((pressures.shape[1], width + _STEP), np.int32)
    pixels = np.zeros((4, height * width + _STEP), np.int32)
    memory = (
        np.zeros(fields.shape[2] + 3, np.int32),
        np.zeros(width + _STEP, np.int32),
        (pixels[0], pixels[1], pixels[2], pixels[3]),
        np.zeros(pixels.shape[1], np.uint8),
        np.zeros((height, 2), np.int64),
        np.zeros((2, fields.shape[1] + 1), np.int16),
    )
    _draw(
        fields,
        ends,
        maps,
        (pressures, top, down, left, across, grid),
        nibs,
        memory,
        (result, boxes),
    )
    return result, boxes


@compiled
def _press(pressures: Any, left: Any, across: Any, grid: Any) -> None:
    """Spread the rows of a grid of pressures over the columns of a picture."""
    for y in range(len(grid)):
        for x in range(len(left)):
            node, share = left[x], across[x]
            one, two = np.int32(pressures[y, node]), np.int32(pressures[y, node + 1])
            grid[y, x] = np.int32(one * np.int32(256 - share) + two * share) >> np.int32(8)


@compiled
def _mix_rows(field: Any, above: Any, share: Any, line: Any) -> None:
    """Write how near the path is between two rows, beginning with the pixel before the field."""
    kept = np.int32(256) - share
    if above < 0:
        above, kept = 0, np.int32(0)
    below = above + 1 if kept else above
    if below == len(field):
        below, share = above, np.int32(0)
    upper, lower = field[above], field[below]
    for x in range(field.shape[1]):
        one, two = np.int32(255) - np.int32(upper[x]), np.int32(255) - np.int32(lower[x])
        line[UNIT(x) + UNIT(1)] = np.int32(np.int32(one * kept) + np.int32(two * share))


@compiled
def _pair(ends: Any, pairs: Any) -> None:
    """Write the columns between which something is near between two rows, each row and the next."""
    first, last = ends[0], ends[1]
    rows = len(first)
    for y in range(rows - 1):
        pairs[0, y + 1], pairs[1, y + 1] = min(first[y], first[y + 1]), max(last[y], last[y + 1])
    pairs[0, 0], pairs[1, 0] = first[0], last[0]
    pairs[0, rows], pairs[1, rows] = first[rows - 1], last[rows - 1]


@compiled
def _seen(left: Any, right: Any, base: Any, step: Any, width: Any) -> Any:
    """Return the columns of a picture whose sources are near some pixels, and perhaps some more."""
    if step == 0:
        return 0, width
    one = (((np.int64(left) - 1) << 16) - base) / step
    two = (((np.int64(right) + 1) << 16) - base) / step
    first, last = min(one, two), max(one, two)
    return np.int64(min(max(first, 0), width)), np.int64(min(max(last, -1), width - 1)) + 1


@compiled
def _locate(base: Any, across: Any, right: Any, columns: Any, start: Any, sources: Any) -> None:
    """Write where in a line the pixels of some columns come from."""
    before, first = np.int32(-(1 << 16)), UNIT(columns[0])
    for x in range(-(-(columns[1] - columns[0]) // _STEP) * _STEP):
        source = np.int32(base + across[first + UNIT(x)])
        sources[start + UNIT(x)] = np.int32(min(max(source, before), right) - before)


@compiled
def _press_between(rows: Any, share: Any, columns: Any, start: Any, pressed: Any) -> None:
    """Write the pressure at the pixels of some columns."""
    upper, lower = rows
    kept, first = np.int32(np.int32(256) - share), UNIT(columns[0])
    for x in range(-(-(columns[1] - columns[0]) // _STEP) * _STEP):
        one, two = upper[first + UNIT(x)] * kept, lower[first + UNIT(x)] * share
        pressed[start + UNIT(x)] = np.int32(one + two) >> np.int32(8)


@compiled
def _gather(line: Any, sources: Any, start: Any, count: Any, near: Any, after: Any) -> None:
    for x in range(start, start + UNIT(count)):
        index = UNIT(np.uint32(sources[x]) >> np.uint32(16))
        near[x], after[x] = line[index], line[index + UNIT(1)]


@compiled
def _nearness(field: Any, x: Any, y: Any) -> Any:
    """Return how near the path is at a point; outside of the field it is far away."""
    total = np.int32(0)
    across, down = (x >> 8) & 255, (y >> 8) & 255
    for row, weight in ((y >> 16, 256 - down), ((y >> 16) + 1, down)):
        for column, share in ((x >> 16, 256 - across), ((x >> 16) + 1, across)):
            if 0 <= row < field.shape[0] and 0 <= column < field.shape[1]:
                total += np.int32((255 - np.int32(field[row, column])) * weight * share)
    return total >> 8


@compiled
def _ink(pixels: Any, nib: Any, count: Any, ink: Any) -> None:
    """Write the ink of pixels, from how near the path is and from the pressure there."""
    sources, near, after, pressed = pixels
    least, pressure = np.int32(nib[0] - 255 * 256), np.int32(nib[1])
    shift, full, gain = np.int32(nib[2]), np.int32(nib[3]), np.int32(nib[4])
    for x in range(-(-count // _STEP) * _STEP):
        share = np.int32(sources[x] >> np.int32(8)) & np.int32(255)
        one, two = near[x] * np.int32(np.int32(256) - share), after[x] * share
        inside = np.int32(np.int32(one + two) >> np.int32(8))
        inside = np.int32(inside + np.int32(np.int32(pressed[x] * pressure) + least))
        inside = np.int32(max(inside, np.int32(0)) >> shift)
        ink[x] = np.uint8(np.int32(min(inside, full) * gain) >> np.int32(8))


@compiled
def _turned_row(field: Any, base: Any, m: Any, across: Any, pixels: Any, start: Any) -> None:
    """Write how near the path is at the pixels of a row that crosses those of the field."""
    sources, near, after, _ = pixels
    for x in range(len(across) - _STEP):
        place, y = start + UNIT(x), np.int64(base[1]) + rounded(m[1, 0] * x)
        near[place] = _nearness(field, np.int64(base[0]) + across[x], y)
        sources[place], after[place] = 0, 0


@compiled
def _copy(ink: Any, spans: Any, result: Any) -> None:
    """Write the ink of all rows where they belong."""
    start = UNIT(0)
    for y in range(len(result)):
        first, size = UNIT(spans[y, 0]), UNIT(spans[y, 1] - spans[y, 0])
        row = result[y]
        for x in range(size):
            row[first + x] = ink[start + x]
        start += size


@compiled
def _draw(
    fields: Any, ends: Any, maps: Any, grids: Any, nibs: Any, memory: Any, drawn: Any
) -> None:
    result, boxes = drawn
    pressures, top, down, left, shares, grid = grids
    line, across, pixels, ink, spans, pairs = memory
    (height, width), (tall, wide) = result.shape[1:], fields.shape[1:]
    for glyph in range(len(fields)):
        m, field, nib = maps[glyph], fields[glyph], nibs[glyph]
        level = np.rint(m[1, 0] * (width - 1)) == 0
        for x in range(len(across)):
            across[x] = rounded(m[0, 0] * x)
        if nib[1]:
            _press(pressures[glyph], left, shares, grid)
        _pair(ends[glyph], pairs)
        count = UNIT(0)
        for y in range(height):
            base_x, base_y = rounded(m[0, 1] * y + m[0, 2]), rounded(m[1, 1] * y + m[1, 2])
            columns = 0, width
            if level:
                source = np.int32(min(max(base_y, np.int32(-(1 << 16))), np.int32(tall << 16)))
                above = np.int64(source >> np.int32(16))
                spans[y, 0], spans[y, 1] = 0, 0
                if above == tall or pairs[1, above + 1] < 0:
                    continue
                columns = _seen(pairs[0, above + 1], pairs[1, above + 1], base_x, m[0, 0], width)
                _mix_rows(field, above, (source >> np.int32(8)) & np.int32(255), line)
                _locate(base_x, across, np.int32(wide << 16), columns, count, pixels[0])
                _gather(line, pixels[0], count, columns[1] - columns[0], pixels[1], pixels[2])
            else:
                _turned_row(field, (base_x, base_y), m, across, pixels, count)
            if nib[1]:
                rows = grid[top[y]], grid[top[y] + 1]
                _press_between(rows, np.int32(down[y]), columns, count, pixels[3])
            spans[y, 0], spans[y, 1] = columns
            count += UNIT(columns[1] - columns[0])
        _ink(pixels, nib, np.int64(count), ink)
        _copy(ink, spans, result[glyph])
        surround(result[glyph], ink, boxes[glyph])
