"""Sensor noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import GRAIN_DEVIATION, blocks, column, grain, numbers_and_keys
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


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
        shape = canvas.images.shape[1:]
        u, (each, lines) = numbers_and_keys(stream, 1, 2)
        deviation = 255 / GRAIN_DEVIATION * self.strength * self.deviation * u[:, 0]
        images = np.empty_like(canvas.images)
        for block in blocks(canvas):
            part, size = block.rows, (block.height, block.width, *shape[2:])
            noise = grain(each[part], size, block.widths)
            height = grain(lines[part], (1, shape[0])).reshape(-1, shape[0], *[1] * len(shape[1:]))
            noise += height * np.float32(0.1)
            noise *= column(deviation[part]).reshape(-1, *[1] * len(shape))
            noise += block.of(canvas.images)
            noise += np.float32(0.5)
            block.of(images)[:] = np.clip(noise, 0, 255, out=noise).astype(np.uint8)
        return canvas.with_images(images)
