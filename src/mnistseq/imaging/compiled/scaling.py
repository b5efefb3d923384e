"""Compiled version of the low-resolution transform."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import UNIT, compiled


def reduced(images: Pixels, widths: Ints, sizes: Ints) -> Pixels:
    """See `mnistseq.canvas_transforms.low_resolution`."""
    result = np.empty_like(images)
    height, longest = images.shape[1:]
    largest = max(1.0, float((widths / sizes[:, 0]).max()), float((height / sizes[:, 1]).max()))
    shape = int(2 * largest) + 2, max(height, longest)
    memory = np.zeros(shape), np.zeros(shape, UNIT), np.zeros(shape, np.int32)
    _reduce(images, widths, sizes, memory, result)
    return result


@compiled
def _set_filter(size: Any, wanted: Any, memory: Any) -> Any:
    """Write the filter that scales lines, as in `mnistseq.core.resample`; return its number of taps."""
    shares, taps, weights = memory
    scale = size / wanted
    support = max(scale, 1.0)
    count = int(2 * support) + 2
    for x in range(wanted):
        centre = (x + 0.5) * scale
        first = int(np.floor(centre - support))
        total = 0.0
        for tap in range(count):
            share = max(0.0, 1 - abs(first + tap + 0.5 - centre) / support)
            shares[tap, x] = share if 0 <= first + tap < size else 0.0
            taps[tap, x] = UNIT(min(max(first + tap, 0), size - 1))
            total += shares[tap, x]
        rest, strongest = 1 << 16, 0
        for tap in range(count):
            weights[tap, x] = np.int32(np.rint(shares[tap, x] / total * 65536))
            rest -= weights[tap, x]
            strongest = tap if weights[tap, x] > weights[strongest, x] else strongest
        weights[strongest, x] += rest
    return count


@compiled
def _scale(lines: Any, size: Any, wanted: Any, memory: Any, total: Any, result: Any) -> None:
    """Scale the first axis to a number of lines: lines are added up as vectors, as long as `total`."""
    count = _set_filter(size, wanted, memory)
    taps, weights = memory[1], memory[2]
    for y in range(wanted):
        for x in range(len(total)):
            total[x] = np.int32(1 << 15)
        for tap in range(count):
            weight, line = weights[tap, y], taps[tap, y]
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
def _reduce(images: Any, widths: Any, sizes: Any, memory: Any, result: Any) -> None:
    height, longest = images.shape[1:]
    # Lines of these are longer than needed, so that no loop has a remainder that isn't vectorised.
    tall = -(-height // 32) * 32
    low, turned = np.zeros((height, longest), np.uint8), np.zeros((longest, tall), np.uint8)
    narrow, wide = np.zeros((longest, tall), np.uint8), np.zeros((longest, tall), np.uint8)
    long, short = np.zeros(longest, np.int32), np.zeros(tall, np.int32)
    for row in range(len(images)):
        width, smaller, lower = widths[row], sizes[row, 0], sizes[row, 1]
        total = long[:width]
        _scale(images[row], height, lower, memory, total, low)
        _turn(low, lower, width, turned)
        _scale(turned, width, smaller, memory, short, narrow)
        _scale(narrow, smaller, width, memory, short, wide)
        _turn(wide, width, lower, low)
        _scale(low, lower, height, memory, total, result[row])
