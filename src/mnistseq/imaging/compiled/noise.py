"""Compiled versions of transforms that add noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.compiled.patterns import grain, multiples, padded, word_of
from mnistseq.imaging.patterns import Field, Keys


def noisy(images: Pixels, widths: Ints, each: Keys, lines: Keys, deviation: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.sensor_noise`."""
    result = np.empty_like(images)
    keys = each, lines, multiples(padded(images.shape[2]))
    _noise(images, widths, keys, deviation, result)
    return result


@compiled
def _noise(images: Any, widths: Any, keys: Any, deviation: Any, result: Any) -> None:
    each, lines, places = keys
    grains = np.empty(len(places), np.float32)
    for row in range(len(images)):
        width, strength = widths[row], deviation[row]
        first, second = each[row, 0], each[row, 1]
        for y in range(images.shape[1]):
            common = grain(word_of(y, lines[row, 0]), lines[row, 1]) * np.float32(0.1)
            start = word_of(y * width, first)
            source, target = images[row, y], result[row, y]
            for x in range(padded(width)):
                noise = (grain(np.uint32(start + places[x]), second) + common) * strength
                grains[x] = noise
            for x in range(width):
                noise = grains[x] + np.float32(source[x]) + np.float32(0.5)
                noise = min(max(noise, np.float32(0)), np.float32(255))
                target[x] = np.uint8(np.int32(noise))
