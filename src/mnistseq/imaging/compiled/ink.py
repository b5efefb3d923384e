"""Compiled versions of transforms of the ink."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.compiled.patterns import Lattice, cloud_lines
from mnistseq.imaging.patterns import Field, Keys


def thinned(
    images: Pixels,
    widths: Ints,
    along: Keys,
    spots: Keys,
    shares: Field,
    cells: tuple[float, float],
) -> Pixels:
    """See `mnistseq.canvas_transforms.ink`."""
    result = np.empty_like(images)
    large, small = (Lattice(images.shape[1:3], cell) for cell in cells)
    lattices = large.arrays, small.arrays
    _thin(images, widths, (along, spots), shares, lattices, (large.scratch, small.scratch), result)
    return result


@compiled
def _thin(
    images: Any, widths: Any, keys: Any, shares: Any, lattices: Any, scratches: Any, result: Any
) -> None:
    top, down = lattices[0][0], lattices[0][1]
    small_top, small_down = lattices[1][0], lattices[1][1]
    lines, small_lines = scratches[0][1], scratches[1][1]
    for row in range(len(images)):
        width = widths[row]
        cloud_lines(keys[0][row], width, lattices[0], scratches[0])
        cloud_lines(keys[1][row], width, lattices[1], scratches[1])
        uneven, lacking, ragged = shares[row, 0], shares[row, 1], shares[row, 2]
        for y in range(images.shape[1]):
            upper, lower = lines[top[y]], lines[top[y] + 1]
            small_upper, small_lower = small_lines[small_top[y]], small_lines[small_top[y] + 1]
            source, target = images[row, y], result[row, y]
            for x in range(width):
                thin = upper[x] + (lower[x] - upper[x]) * down[y]
                small = small_upper[x] + (small_lower[x] - small_upper[x]) * small_down[y]
                small = small * np.float32(0.6)
                thin = (thin + small + np.float32(1)) * uneven
                thin = max(thin, np.float32(0)) + lacking
                light = np.float32(source[x]) * np.float32(1 / 255)
                thin = thin + max(small, np.float32(0)) * light * ragged
                thin = np.float32(1) - min(thin, np.float32(2 / 3))
                left = np.uint16(np.int32(thin * np.float32(256) + np.float32(0.5)))
                ink = np.uint16(np.uint16(np.uint8(~source[x])) * left)
                target[x] = np.uint8(~np.uint8(np.uint16(ink + np.uint16(128)) >> np.uint16(8)))


def spread(images: Pixels, widths: Ints, steps: NDArray[np.uint16]) -> Pixels:
    """See `mnistseq.canvas_transforms.ink_spread`."""
    result = np.empty_like(images)
    _spread(images, widths, steps, result)
    return result


@compiled
def _spread(images: Any, widths: Any, steps: Any, result: Any) -> None:
    height = images.shape[1]
    light = np.zeros((height + 2, images.shape[2] + 2), np.uint8)
    for row in range(len(images)):
        width, step = widths[row], np.int32(steps[row])
        for y in range(height):
            image, own = images[row, y], light[y + 1, 1:]
            for x in range(width):
                ink = np.int32(255) - np.int32(image[x])
                own[x] = np.uint8(np.int32(ink * step) >> np.int32(8))
            own[width] = 0
        for y in range(height):
            above, below = light[y, 1:], light[y + 2, 1:]
            before, behind = light[y + 1], light[y + 1, 2:]
            image, darker = images[row, y], result[row, y]
            for x in range(width):
                most = max(above[x], below[x], before[x], behind[x])
                darker[x] = min(image[x], np.uint8(~most))
