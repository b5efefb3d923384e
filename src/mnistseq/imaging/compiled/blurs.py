"""Twin of the blur."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.arrays import Floats, Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.warp import kernels


def smoothed(images: Pixels, widths: Ints, sigmas: Floats, nearest: bool) -> Pixels:
    """See `mnistseq.imaging.warp`."""
    result = np.empty_like(images)
    _blur(images, widths, kernels(sigmas), nearest, result)
    return result


@compiled
def _blur(images: Any, widths: Any, weights: Any, nearest: Any, result: Any) -> None:
    height, longest = images.shape[1:]
    most = weights.shape[1] - 1
    edged = np.zeros(longest + 2 * most, np.uint32)
    lines = np.zeros((height + 2 * most, longest), np.uint32)
    total = np.zeros(longest, np.uint32)
    for row in range(len(images)):
        width, own = widths[row], weights[row]
        radius = most
        while radius and not own[radius]:
            radius -= 1
        for y in range(height):
            _set_edges(images[row, y, :width], radius, nearest, edged)
            line = lines[radius + y, :width]
            _weigh(edged[radius : radius + width], own[0], np.uint32(1 << 7), line)
            for tap in range(1, radius + 1):
                before, after = edged[radius - tap :], edged[radius + tap :]
                _add(before, after, own[tap], line)
            for x in range(width):
                line[x] = line[x] >> np.uint32(8)
        for y in range(radius):
            lines[y] = lines[radius] if nearest else np.zeros_like(lines[y])
            last = lines[radius + height - 1]
            lines[radius + height + y] = last if nearest else np.zeros_like(last)
        for y in range(height):
            middle, sums, target = radius + y, total[:width], result[row, y]
            _weigh(lines[middle], own[0], np.uint32(1 << 23), sums)
            for tap in range(1, radius + 1):
                _add(lines[middle - tap], lines[middle + tap], own[tap], sums)
            for x in range(width):
                target[x] = np.uint8(sums[x] >> np.uint32(24))


@compiled
def _set_edges(line: Any, radius: Any, nearest: Any, edged: Any) -> None:
    """Copy a line, with what lies beyond its ends."""
    width = len(line)
    edged[:radius] = line[0] if nearest else 0
    edged[radius : radius + width] = line
    edged[radius + width : 2 * radius + width] = line[width - 1] if nearest else 0


@compiled
def _weigh(line: Any, weight: Any, half: Any, total: Any) -> None:
    for x in range(len(total)):
        total[x] = np.uint32(np.uint32(line[x] * weight) + half)


@compiled
def _add(before: Any, after: Any, weight: Any, total: Any) -> None:
    for x in range(len(total)):
        both = np.uint32(before[x] + after[x])
        total[x] = np.uint32(total[x] + np.uint32(both * weight))
