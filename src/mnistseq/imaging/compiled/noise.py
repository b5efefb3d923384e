"""Compiled versions of transforms that add noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.compiled.patterns import grain
from mnistseq.imaging.patterns import Field, Keys


def noisy(images: Pixels, widths: Ints, each: Keys, lines: Keys, deviation: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.sensor_noise`."""
    result = np.empty_like(images)
    _noise(images, widths, each, lines, deviation, result)
    return result


@compiled
def _noise(images: Any, widths: Any, each: Any, lines: Any, deviation: Any, result: Any) -> None:
    for row in range(len(images)):
        width, strength = widths[row], deviation[row]
        first, second = each[row, 0], each[row, 1]
        for y in range(images.shape[1]):
            common = grain(np.uint32(y), lines[row, 0], lines[row, 1]) * np.float32(0.1)
            start = np.uint32(y * width)
            for x in range(width):
                noise = (grain(start + np.uint32(x), first, second) + common) * strength
                noise = noise + np.float32(images[row, y, x]) + np.float32(0.5)
                noise = min(max(noise, np.float32(0)), np.float32(255))
                result[row, y, x] = np.uint8(np.int32(noise))
