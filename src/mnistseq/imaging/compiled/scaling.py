"""Compiled version of the low-resolution transform."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.core.resample import filters_of


def reduced(images: Pixels, widths: Ints, sizes: Ints) -> Pixels:
    """See `mnistseq.canvas_transforms.low_resolution`."""
    result = np.empty_like(images)
    heights = np.full(len(images), images.shape[1])
    across = filters_of(widths, sizes[:, 0]), filters_of(sizes[:, 0], widths)
    down = filters_of(heights, sizes[:, 1]), filters_of(sizes[:, 1], heights)
    _reduce(images, widths, sizes, across, down, result)
    return result


@compiled
def _filtered(lines: Any, taps: Any, weights: Any, total: Any, result: Any, size: Any) -> None:
    """Scale the first axis to a number of lines: lines are added up as vectors, as long as `total`."""
    for y in range(size):
        for x in range(len(total)):
            total[x] = np.int32(1 << 15)
        for tap in range(len(taps)):
            weight, line = weights[tap, y], np.uintp(taps[tap, y])
            if weight:
                for x in range(len(total)):
                    total[x] = np.int32(total[x] + np.int32(np.int32(lines[line, x]) * weight))
        for x in range(len(total)):
            result[y, x] = np.uint8(total[x] >> np.int32(16))


@compiled
def _turn(lines: Any, height: Any, width: Any, result: Any) -> None:
    for y in range(height):
        for x in range(width):
            result[x, y] = lines[y, x]


@compiled
def _reduce(images: Any, widths: Any, sizes: Any, across: Any, down: Any, result: Any) -> None:
    height, longest = images.shape[1:]
    # Lines of these are longer than needed, so that no loop has a remainder that isn't vectorised.
    tall = -(-height // 32) * 32
    low, turned = np.zeros((height, longest), np.uint8), np.zeros((longest, tall), np.uint8)
    narrow, wide = np.zeros((longest, tall), np.uint8), np.zeros((longest, tall), np.uint8)
    long, short = np.zeros(longest, np.int32), np.zeros(tall, np.int32)
    for row in range(len(images)):
        width, smaller, lower = widths[row], sizes[row, 0], sizes[row, 1]
        own, total = down[0][0][row], long[:width]
        _filtered(images[row], down[0][1][own], down[0][2][own], total, low, lower)
        _turn(low, lower, width, turned)
        own = across[0][0][row]
        _filtered(turned, across[0][1][own], across[0][2][own], short, narrow, smaller)
        own = across[1][0][row]
        _filtered(narrow, across[1][1][own], across[1][2][own], short, wide, width)
        _turn(wide, width, lower, low)
        own = down[1][0][row]
        _filtered(low, down[1][1][own], down[1][2][own], total, result[row], height)
