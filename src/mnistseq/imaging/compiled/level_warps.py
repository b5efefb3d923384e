"""Affine maps that keep rows level, as most maps of glyphs do: shifts, sizes and slants."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.compiled.compiler import compiled

UNIT = np.uintp
"""Type of sums of indices. With one that may be negative, a compiler vectorises no loop."""

_STEP = 32
"""Lines are computed in multiples of it, so that no loop has a rest that is not vectorised."""


def padded_size(width: int) -> int:
    """Return the number of pixels that are computed for each line."""
    return -(-(width + 1) // _STEP) * _STEP


def memory(height: int, width: int) -> tuple[Any, ...]:
    """Return the memory that `level` needs for pictures of a size."""
    size = padded_size(width)
    # Beside a picture and above and below it is nothing but 0.
    framed, inked = np.zeros((height + 3, 3 * size), np.uint8), np.zeros(height + 3, np.uint8)
    line, ends = np.zeros(3 * size + 1, np.int32), np.zeros((3, size), np.int32)
    return framed, inked, line, (ends[0], ends[1], ends[2], np.zeros(size, UNIT))


@compiled
def _frame(image: Any, framed: Any, inked: Any, pad: Any) -> None:
    """Copy a picture into its frame, and note which rows have ink."""
    for y in range(image.shape[0]):
        ink = np.uint8(0)
        for x in range(image.shape[1]):
            framed[y + 1, pad + UNIT(x)] = image[y, x]
            ink |= image[y, x]
        inked[y + 1] = ink


@compiled
def _locate(base: Any, across: Any, width: Any, pad: Any, ends: Any) -> None:
    """Write the index left of each pixel's source, and how far the source is from there."""
    before, right = np.int32(-(1 << 16)), np.int32(width << 16)
    for column in range(width):
        x = np.int32(min(max(np.int32(base + across[column]), before), right))
        ends[3][column] = pad + UNIT(x >> np.int32(16))
        ends[2][column] = np.int32(np.int32(x >> np.int32(8)) & np.int32(255))


@compiled
def _mixed(near: Any, after: Any, share: Any) -> Any:
    """Mix two numbers, in 256ths."""
    return np.int32(np.int32(near << np.int32(8)) + np.int32(np.int32(after - near) * share))


@compiled
def _mix_shifted(line: Any, base: Any, start: Any, result: Any, size: Any) -> None:
    """Write a row of pixels, all of them as far from their sources."""
    first = UNIT(size + min(max(np.int64(base >> np.int32(16)), -size), size))
    share, half = np.int32((base >> np.int32(8)) & np.int32(255)), np.int32(1 << 15)
    for x in range(size):
        mixed = _mixed(line[first + UNIT(x)], line[first + UNIT(x) + UNIT(1)], share)
        result[start + UNIT(x)] = np.uint8(np.int32(mixed + half) >> np.int32(16))


@compiled
def _mix_scaled(line: Any, ends: Any, width: Any, start: Any, result: Any) -> None:
    """Write a row of pixels whose sources `_locate` has found."""
    near, after, shares, indices = ends
    half = np.int32(1 << 15)
    for x in range(width):
        near[x], after[x] = line[indices[x]], line[indices[x] + UNIT(1)]
    for x in range(len(near)):
        mixed = np.int32(_mixed(near[x], after[x], shares[x]) + half)
        result[start + UNIT(x)] = np.uint8(mixed >> np.int32(16))


@compiled
def level(image: Any, rows: Any, across: Any, memory: Any, start: Any, result: Any) -> None:
    """Write a picture whose rows come from between two rows each, from `start` in a flat result.

    Beyond the end of the picture, up to `padded_size` pixels are overwritten.
    """
    height, width = image.shape
    framed, inked, line, ends = memory
    size, pad, located = len(ends[0]), UNIT(len(ends[0])), np.int32(rows[0, 0] + 1)
    _frame(image, framed, inked, pad)
    shifted, one = _is_shifted(across), UNIT(1)
    for y in range(height):
        source = np.int32(min(max(rows[1, y], -(1 << 16)), height << 16) + (1 << 16))
        top, down = UNIT(source >> np.int32(16)), np.int32((source >> np.int32(8)) & np.int32(255))
        if inked[top] | inked[top + one]:
            for x in range(size):
                upper, lower = framed[top, pad + UNIT(x)], framed[top + one, pad + UNIT(x)]
                line[pad + UNIT(x)] = _mixed(np.int32(upper), np.int32(lower), down)
            if shifted:
                _mix_shifted(line, rows[0, y], start, result, size)
            else:
                if rows[0, y] != located:
                    located = rows[0, y]
                    _locate(located, across, width, pad, ends)
                _mix_scaled(line, ends, width, start, result)
        else:
            for x in range(size):
                result[start + UNIT(x)] = 0
        start += UNIT(width)


@compiled
def _is_shifted(across: Any) -> Any:
    """Whether columns are as far from each other as before."""
    shifted = True
    for column in range(len(across)):
        shifted &= across[column] == np.int32(column << 16)
    return shifted
