"""Compiled version of drawing with pens."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.core.distance_fields import filter_of

UNIT = np.uintp
"""Type of sums of indices. With one that may be negative, a compiler vectorises no loop."""


def drawn(fields: Pixels, pressures: Pixels, nibs: Ints, size: tuple[int, int]) -> Pixels:
    """See `mnistseq.core.pen`."""
    result = np.zeros((len(fields), *size), np.uint8)
    filters = tuple(
        (taps.astype(UNIT), weights)
        for shape in (fields.shape[1:], pressures.shape[1:])
        for taps, weights in map(filter_of, shape, size)
    )
    lines = np.zeros((4, max(fields.shape[2], size[1])), np.uint16)
    grid = np.zeros((pressures.shape[1], size[1]), np.uint16)
    memory = lines[0], lines[1], lines[2], lines[3], grid
    _draw(fields, pressures, nibs, filters, memory, result)
    return result


@compiled
def _surround(field: Any, near: Any) -> Any:
    """Return first and last row, and column, with a distance below `near`; the last is excluded."""
    height, width = field.shape
    nearest = np.full(width, 255, np.uint8)
    top, foot = height, 0
    for y in range(height):
        least = np.uint8(255)
        for x in range(width):
            nearest[x] = min(nearest[x], field[y, x])
            least = min(least, field[y, x])
        if least < near:
            top, foot = min(top, y), y + 1
    left, right = 0, width
    while left < width and nearest[left] >= near:
        left += 1
    while right > left and nearest[right - 1] >= near:
        right -= 1
    return (top, foot), (left, right)


@compiled
def _reached(taps: Any, span: Any) -> Any:
    """Return the span of pixels that a filter computes from those of a span, and others."""
    first, last = 0, taps.shape[1]
    while first < last and np.int64(taps[-1, first]) < span[0]:
        first += 1
    while last > first and np.int64(taps[0, last - 1]) >= span[1]:
        last -= 1
    return first, last


@compiled
def _down(values: Any, span: Any, y: Any, filter_: Any, line: Any) -> None:
    """Write the weighted sum of some rows."""
    taps, weights = filter_
    first, last = UNIT(span[0]), UNIT(span[1])
    row, weight = taps[0, y], weights[0, y]
    for x in range(first, last):
        line[x] = np.uint16(np.uint16(values[row, x]) * weight)
    for tap in range(1, len(taps)):
        row, weight = taps[tap, y], weights[tap, y]
        for x in range(first, last):
            line[x] = np.uint16(line[x] + np.uint16(np.uint16(values[row, x]) * weight))


@compiled
def _across(line: Any, span: Any, filter_: Any, gathered: Any, result: Any) -> None:
    """Write the weighted sums of pixels of a line."""
    taps, weights = filter_
    first, last = UNIT(span[0]), UNIT(span[1])
    for x in range(first, last):
        result[x] = 0
    for tap in range(len(taps)):
        for x in range(first, last):
            gathered[x] = line[taps[tap, x]]
        for x in range(first, last):
            result[x] = np.uint16(result[x] + np.uint16(gathered[x] * weights[tap, x]))


@compiled
def _ink(distances: Any, reach: Any, nib: Any, span: Any, result: Any) -> None:
    """Write a row of ink."""
    least, pressure = np.uint16(nib[0]), np.uint16(nib[1])
    shift, full, gain = np.uint16(nib[2]), np.uint16(nib[3]), np.uint16(nib[4])
    for x in range(UNIT(span[0]), UNIT(span[1])):
        far = np.uint16(np.uint16(np.uint16(reach[x] >> np.uint16(8)) * pressure) + least)
        inside = np.uint16(np.uint16(far - min(distances[x], far)) >> shift)
        inside = np.uint16(min(inside, full) * gain)
        result[x] = np.uint8(inside >> np.uint16(8))


@compiled
def _draw(fields: Any, pressures: Any, nibs: Any, filters: Any, memory: Any, result: Any) -> None:
    rows, columns, grid_rows, grid_columns = filters
    line, gathered, distances, reach, grid = memory
    whole = (0, fields.shape[2])
    for glyph in range(len(fields)):
        nib, field = nibs[glyph], fields[glyph]
        # Farther from the path than this there is no ink.
        inked = _surround(field, (nib[0] + 255 * nib[1] + 255) >> 8)
        down, across = _reached(rows[0], inked[0]), _reached(columns[0], inked[1])
        for y in range(len(grid)):
            _across(pressures[glyph, y], across, grid_columns, gathered, grid[y])
        for y in range(down[0], down[1]):
            _down(field, whole, y, rows, line)
            _across(line, across, columns, gathered, distances)
            _down(grid, across, y, grid_rows, reach)
            _ink(distances, reach, nib, across, result[glyph, y])
