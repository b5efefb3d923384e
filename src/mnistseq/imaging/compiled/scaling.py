"""Twin of the loss of resolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
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
def _filtered(lines: Any, taps: Any, weights: Any, total: Any, result: Any) -> None:
    """Scale the first axis: lines are added up as vectors."""
    width = result.shape[1]
    for y in range(len(result)):
        total[:width] = np.int32(1 << 15)
        for tap in range(len(taps)):
            weight = weights[tap, y]
            if weight:
                line = lines[taps[tap, y]]
                for x in range(width):
                    total[x] = np.int32(total[x] + np.int32(np.int32(line[x]) * weight))
        target = result[y]
        for x in range(width):
            target[x] = np.uint8(total[x] >> np.int32(16))


@compiled
def _reduce(images: Any, widths: Any, sizes: Any, across: Any, down: Any, result: Any) -> None:
    height, longest = images.shape[1:]
    flat, turned = np.empty((height, longest), np.uint8), np.empty((longest, height), np.uint8)
    narrow, wide = np.empty((longest, height), np.uint8), np.empty((longest, height), np.uint8)
    total = np.empty(max(height, longest), np.int32)
    for row in range(len(images)):
        width, (smaller, lower) = widths[row], (sizes[row, 0], sizes[row, 1])
        own = down[0][0][row]
        low = flat[:lower, :width]
        _filtered(images[row], down[0][1][own], down[0][2][own], total, low)
        for y in range(lower):
            for x in range(width):
                turned[x, y] = low[y, x]
        own = across[0][0][row]
        _filtered(turned, across[0][1][own], across[0][2][own], total, narrow[:smaller, :lower])
        own = across[1][0][row]
        _filtered(narrow, across[1][1][own], across[1][2][own], total, wide[:width, :lower])
        for x in range(width):
            for y in range(lower):
                low[y, x] = wide[x, y]
        own = down[1][0][row]
        _filtered(low, down[1][1][own], down[1][2][own], total, result[row, :, :width])
