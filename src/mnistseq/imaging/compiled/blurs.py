"""Compiled version of the Gaussian blur."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.warp import kernels


def smoothed(images: Pixels, widths: Ints, sigmas: Floats, nearest: bool) -> Pixels:
    """See `mnistseq.imaging.warp`."""
    result = np.empty_like(images)
    _blur(images, widths, kernels(sigmas), nearest, result)
    return result


@compiled
def _blur(images: Any, widths: Any, weights: Any, nearest: Any, result: Any) -> None:
    height, most = images.shape[1], weights.shape[1] - 1
    longest = images.shape[2] + 2 * most
    edged, total = np.zeros(height * longest, np.uint32), np.zeros(height * longest, np.uint32)
    lines = np.zeros((height + 2 * most) * longest, np.uint32)
    for row in range(len(images)):
        width, own = widths[row], weights[row]
        radius = most
        while radius and not own[radius]:
            radius -= 1
        # Sums of pixels of different lines are written into the edges only, and not read.
        stride = width + 2 * radius
        size = height * stride - 2 * radius
        for y in range(height):
            line = edged[y * stride : (y + 1) * stride]
            _set_edges(images[row, y, :width], radius, nearest, line)
        body = lines[radius * stride : radius * stride + size]
        _weigh(edged[radius : radius + size], own[0], np.uint32(1 << 7), body)
        for tap in range(1, radius + 1):
            _add(edged[radius - tap :], edged[radius + tap :], own[tap], body)
        for index in range(size):
            body[index] = body[index] >> np.uint32(8)
        for y in range(radius):
            _set_line(body[:width], nearest, lines[y * stride : y * stride + width])
            below = (radius + height + y) * stride
            _set_line(body[size - width :], nearest, lines[below : below + width])
        _weigh(body, own[0], np.uint32(1 << 23), total[:size])
        for tap in range(1, radius + 1):
            before, after = lines[(radius - tap) * stride :], lines[(radius + tap) * stride :]
            _add(before, after, own[tap], total[:size])
        for y in range(height):
            line, target = total[y * stride : y * stride + width], result[row, y]
            for x in range(len(line)):
                target[x] = np.uint8(line[x] >> np.uint32(24))


@compiled
def _set_line(line: Any, nearest: Any, result: Any) -> None:
    """Copy the first or last line to where the picture ends, or write 0 there."""
    for x in range(len(line)):
        result[x] = line[x] if nearest else np.uint32(0)


@compiled
def _set_edges(line: Any, radius: Any, nearest: Any, edged: Any) -> None:
    """Copy a line, with what lies beyond its ends; in loops, which start sooner than slices."""
    width = len(line)
    body, after = edged[radius:], edged[radius + width :]
    for x in range(width):
        body[x] = line[x]
    for x in range(radius):
        edged[x] = line[0] if nearest else np.uint8(0)
        after[x] = line[width - 1] if nearest else np.uint8(0)


@compiled
def _weigh(line: Any, weight: Any, half: Any, total: Any) -> None:
    for x in range(len(total)):
        total[x] = np.uint32(np.uint32(line[x] * weight) + half)


@compiled
def _add(before: Any, after: Any, weight: Any, total: Any) -> None:
    for x in range(len(total)):
        both = np.uint32(before[x] + after[x])
        total[x] = np.uint32(total[x] + np.uint32(both * weight))
