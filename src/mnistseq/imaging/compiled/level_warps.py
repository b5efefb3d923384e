"""Affine maps that keep rows level, as most maps of glyphs do: shifts, sizes and slants."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.compiled.bilinear import rounded
from mnistseq.core.compiled.compiler import UNIT, compiled

_STEP = 32
"""Lines are computed in multiples of this, so that no loop has a remainder that isn't vectorised."""


def padded_size(width: int) -> int:
    """Return the number of pixels that are computed for each line."""
    return -(-(width + 1) // _STEP) * _STEP


def memory(height: int, width: int) -> tuple[Any, ...]:
    """Return the memory that `level` needs for pictures of a size."""
    size = padded_size(width)
    # Everything around a picture is 0.
    framed, line = np.zeros((height + 3, size), np.uint8), np.zeros(3 * size + 1, np.uint16)
    ends = np.zeros((3, 2 * size), np.int32)
    return framed, line, (ends[0], ends[1], ends[2], np.zeros(2 * size, UNIT))


@compiled
def _frame(image: Any, top: Any, foot: Any, framed: Any) -> None:
    """Copy the rows that have ink into the frame, with an empty row before and after."""
    for x in range(framed.shape[1]):
        framed[top, x], framed[foot + 1, x] = 0, 0
    for y in range(top, foot):
        for x in range(image.shape[1]):
            framed[y + 1, x] = image[y, x]


@compiled
def _mix_rows(framed: Any, above: Any, share: Any, pad: Any, line: Any) -> None:
    """Write a row from between two rows, in 256ths."""
    for x in range(framed.shape[1]):
        upper, lower = np.uint16(framed[above, x]), np.uint16(framed[above + UNIT(1), x])
        more = np.uint16(np.uint16(lower - upper) * share)
        line[pad + UNIT(x)] = np.uint16(np.uint16(upper << np.uint16(8)) + more)


@compiled
def _locate(base: Any, across: Any, width: Any, pad: Any, ends: Any) -> None:
    """Write the index left of each pixel's source, and the source's distance from it."""
    before, right = np.int32(-(1 << 16)), np.int32(width << 16)
    for column in range(width):
        x = np.int32(min(max(np.int32(base + rounded(across * column)), before), right))
        ends[3][column] = pad + UNIT(x >> np.int32(16))
        ends[2][column] = np.int32(np.int32(x >> np.int32(8)) & np.int32(255))


@compiled
def _located(indices: Any, width: Any, first: Any, last: Any) -> Any:
    """Return the span of pixels whose sources have an index from `first` to `last`."""
    begin, end = 0, width
    while begin < end and not first <= indices[begin] <= last:
        begin += 1
    while end > begin and not first <= indices[end - 1] <= last:
        end -= 1
    return begin, end


@compiled
def _mixed(near: Any, after: Any, share: Any) -> Any:
    """Mix two numbers, in 65536ths, and round."""
    more = np.int32(np.int32(after - near) * share)
    return np.uint8(np.int32(np.int32(near << np.int32(8)) + more + np.int32(1 << 15)) >> 16)


@compiled
def _mix_shifted(line: Any, first: Any, share: Any, start: Any, count: Any, result: Any) -> None:
    """Write a row of pixels, all of them as far from their sources."""
    for x in range(count):
        near, after = line[first + UNIT(x)], line[first + UNIT(x) + UNIT(1)]
        result[start + UNIT(x)] = _mixed(np.int32(near), np.int32(after), share)


@compiled
def _mix_scaled(line: Any, ends: Any, begin: Any, start: Any, count: Any, result: Any) -> None:
    """Write a row of pixels whose sources `_locate` has found."""
    near, after, shares, indices = ends
    for x in range(count):
        index = indices[begin + UNIT(x)]
        near[x], after[x] = line[index], line[index + UNIT(1)]
    for x in range(count):
        result[start + UNIT(x)] = _mixed(near[x], after[x], shares[begin + UNIT(x)])


@compiled
def level(image: Any, box: Any, m: Any, memory: Any, start: Any, result: Any) -> None:
    """Write a picture whose rows come from between two rows each, from `start` in a flat result.

    Only pixels near the ink are written; some after the picture become 0.
    """
    height, width = image.shape
    framed, line, ends = memory
    size = framed.shape[1]
    pad, left, right = UNIT(size), box[0], box[2]
    top, foot = box[1], box[3]
    _frame(image, top, foot, framed)
    shifted, located, begin, end = m[0, 0] == 1 << 16, False, 0, 0
    old = np.int32(0)
    for y in range(height):
        source = np.int32(min(max(rounded(m[1, 1] * y + m[1, 2]), -(1 << 16)), height << 16))
        above = (source >> np.int32(16)) + 1
        if top <= above <= foot:
            _mix_rows(framed, UNIT(above), np.uint16((source >> 8) & 255), pad, line)
            base = rounded(m[0, 1] * y + m[0, 2])
            if shifted:
                offset = np.int64(base >> np.int32(16))
                begin = min(max(left - 1 - offset, 0), width)
                end = min(max(right - offset, begin), width)
            elif not located or base != old:
                located, old = True, base
                _locate(base, m[0, 0], width, pad, ends)
                begin, end = _located(
                    ends[3], width, pad + UNIT(left) - UNIT(1), pad + UNIT(right) - UNIT(1)
                )
            count = -(-(end - begin) // _STEP) * _STEP
            target = start + UNIT(begin)
            if shifted and count:
                share = np.int32((base >> np.int32(8)) & np.int32(255))
                _mix_shifted(line, UNIT(size + offset + begin), share, target, count, result)
            else:
                _mix_scaled(line, ends, UNIT(begin), target, count, result)
            for x in range(begin + count - width):
                result[start + UNIT(width + x)] = 0
        start += UNIT(width)
