"""Compiled version of drawing with pens."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.core.moved_paths import Ends, between_nodes

UNIT = np.uintp
"""Type of sums of indices. With one that may be negative, a compiler vectorises no loop."""

_STEP = 16
"""Lines are computed in multiples of this, so that no loop has a remainder that isn't vectorised."""

_MOST = (1 << 30) - 1


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
    fields: Pixels, ends: Ends, maps: Floats, pressures: Pixels, nibs: Ints, size: tuple[int, int]
) -> Pixels:
    """See `mnistseq.core.moved_paths`."""
    result = np.zeros((len(fields), *size), np.uint8)
    padded = -(-size[1] // _STEP) * _STEP
    numbers = np.zeros((4, padded), np.int32)
    line = np.zeros(fields.shape[2] + 3, np.int32)
    grid = np.zeros((pressures.shape[1], padded), np.int32)
    memory = (
        (line, numbers[0], np.zeros(padded, UNIT)),
        (numbers[1], numbers[2], numbers[3]),
        np.zeros(padded, np.uint8),
    )
    (top, down), (left, across) = map(between_nodes, pressures.shape[1:], size)
    _draw(fields, ends, maps, (pressures, top, down, left, across, grid), nibs, memory, result)
    return result


@compiled
def _rounded(value: Any) -> Any:
    """Return a coordinate as `mnistseq.core.bilinear` rounds it."""
    return np.int32(np.rint(min(max(value, -_MOST), _MOST)))


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
def _row_span(ends: Any, above: Any) -> Any:
    """Return the columns of a field outside of which nothing between two rows is near."""
    first, last = np.int64(1 << 20), np.int64(-1)
    for y in range(max(above, 0), min(above + 2, ends.shape[1])):
        first, last = min(first, np.int64(ends[0, y])), max(last, np.int64(ends[1, y]))
    return first - 1, last + 1


@compiled
def _seen(span: Any, base: Any, step: Any, width: Any) -> Any:
    """Return the columns of a picture whose sources are inside a span, and perhaps some more."""
    if step == 0:
        return 0, width
    one, two = ((span[0] << 16) - base) / step, ((span[1] << 16) - base) / step
    first, last = min(one, two), max(one, two)
    return np.int64(min(max(first, 0), width)), np.int64(min(max(last, -1), width - 1)) + 1


@compiled
def _locate(base: Any, across: Any, right: Any, columns: Any, share: Any, index: Any) -> None:
    """Write the index of each pixel's source in a line, and the distance from it in 256ths."""
    before = np.int32(-(1 << 16))
    for x in range(UNIT(columns[0]), UNIT(columns[1])):
        source = np.int32(min(max(np.int32(base + across[x]), before), right) - before)
        index[x] = UNIT(source >> np.int32(16))
        share[x] = np.int32(source >> np.int32(8)) & np.int32(255)


@compiled
def _gather(line: Any, index: Any, columns: Any, near: Any, after: Any) -> None:
    for x in range(UNIT(columns[0]), UNIT(columns[1])):
        near[x] = line[index[x]]
        after[x] = line[index[x] + UNIT(1)]


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
def _ink(mixed: Any, pressed: Any, nib: Any, columns: Any, line: Any) -> None:
    """Write a row of ink, from how near the path is and from the pressure there."""
    near, after, share = mixed
    upper, lower, down = pressed
    least, pressure = np.int32(nib[0] - 255 * 256), np.int32(nib[1])
    shift, full, gain = np.int32(nib[2]), np.int32(nib[3]), np.int32(nib[4])
    for x in range(UNIT(columns[0]), UNIT(columns[1])):
        one, two = near[x] * np.int32(np.int32(256) - share[x]), after[x] * share[x]
        inside = np.int32(np.int32(one + two) >> np.int32(8))
        one, two = upper[x] * np.int32(np.int32(256) - down), lower[x] * down
        pressed = np.int32(np.int32(np.int32(one + two) >> np.int32(8)) * pressure)
        inside = np.int32(max(np.int32(inside + pressed + least), np.int32(0)) >> shift)
        line[x] = np.uint8(np.int32(min(inside, full) * gain) >> np.int32(8))


@compiled
def _draw(
    fields: Any, ends: Any, maps: Any, grids: Any, nibs: Any, memory: Any, result: Any
) -> None:
    pressures, top, down, left, right_share, grid = grids
    (line, across, index), (near, after, share), ink = memory
    height, width = result.shape[1:]
    tall, wide = fields.shape[1:]
    foot, right = np.int32(tall << 16), np.int32(wide << 16)
    for glyph in range(len(fields)):
        m, field, nib = maps[glyph], fields[glyph], nibs[glyph]
        level = np.rint(m[1, 0] * (width - 1)) == 0
        for x in range(len(across)):
            across[x] = _rounded(m[0, 0] * x)
        if nib[1]:
            _press(pressures[glyph], left, right_share, grid)
        for y in range(height):
            base_x = _rounded(m[0, 1] * y + m[0, 2])
            base_y = _rounded(m[1, 1] * y + m[1, 2])
            if level:
                source = np.int32(min(max(base_y, np.int32(-(1 << 16))), foot))
                above = np.int64(source >> np.int32(16))
                span = _row_span(ends[glyph], above)
                if above == tall or span[1] == 0:
                    continue
                first, last = _seen(span, base_x, m[0, 0], width)
                columns = first // _STEP * _STEP, -(-last // _STEP) * _STEP
                _mix_rows(field, above, (source >> np.int32(8)) & np.int32(255), line)
                _locate(base_x, across, right, columns, share, index)
                _gather(line, index, columns, near, after)
            else:
                first, last = 0, width
                columns = 0, width
                for x in range(width):
                    y_source = base_y + _rounded(m[1, 0] * x)
                    near[x] = _nearness(field, np.int64(base_x) + across[x], np.int64(y_source))
                    after[x], share[x] = near[x], 0
            node, step = top[y], np.int32(down[y])
            _ink((near, after, share), (grid[node], grid[node + 1], step), nib, columns, ink)
            for x in range(first, last):
                result[glyph, y, x] = ink[x]
