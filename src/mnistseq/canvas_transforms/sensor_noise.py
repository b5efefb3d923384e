"""Sensor noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import GRAIN_DEVIATION, Field, Keys, grain, numbers_and_keys, strips


@dataclass(frozen=True)
class SensorNoise(Checked, CanvasTransform):
    """Add camera or scanner noise to every pixel and channel, and a little to whole rows."""

    name: ClassVar[str] = "sensor-noise"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    deviation: Annotated[float, Ge(0), Le(0.15)] = field(
        default=0.05,
        metadata={
            "help": "standard deviation of the strongest noise, as a fraction of black to white"
        },
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Add noise to each image."""
        if not self.strength:
            return canvas
        u, (each, lines) = numbers_and_keys(stream, 1, 2)
        deviation = 255 / GRAIN_DEVIATION * self.strength * self.deviation * u[:, 0]
        return canvas.with_images(
            noisy(canvas.images, canvas.widths, each, lines, deviation.astype(np.float32))
        )


@accelerated("noise")
def noisy(images: Pixels, widths: Ints, each: Keys, lines: Keys, deviation: Field) -> Pixels:
    """Add noise to each pixel, and a tenth of it to each row."""
    result = np.empty_like(images)
    around = [1] * (images.ndim - 2)
    for block in strips(images, widths):
        part, own = block.rows, block.of(images)
        size = block.height, *own.shape[2:]
        noise = grain(each[part], size, block.widths, block.lines)
        rows = grain(lines[part], (1, block.height)).reshape(-1, block.height, *around)
        rows = rows[:, block.lines]
        noise += rows * np.float32(0.1)
        noise *= deviation[part].reshape(-1, 1, *around)
        noise += own
        noise += np.float32(0.5)
        block.of(result)[:] = np.clip(noise, 0, 255, out=noise).astype(np.uint8)
    return result
