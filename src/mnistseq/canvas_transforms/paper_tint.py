"""Tinted paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import Field, numbers, shade


@dataclass(frozen=True)
class PaperTint(Checked, CanvasTransform):
    """Give each image plain paper of a random shade.

    The ink darkens with the paper, so the contrast stays the same.
    """

    name: ClassVar[str] = "paper-tint"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.3, metadata={"help": "fraction of the light that the darkest paper absorbs"}
    )

    lightest: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.0,
        metadata={"help": "fraction of the light that the lightest paper absorbs, if it is less"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Tint the paper of each image."""
        if not self.strength:
            return canvas
        least = min(self.lightest / self.darkest, 1.0) if self.darkest else 1.0
        share = least + (1 - least) * numbers(stream, 1)[:, 0]
        light = 1 - self.strength * self.darkest * share
        return canvas.with_images(tinted(canvas.images, light.astype(np.float32)))


@accelerated("papers")
def tinted(images: Pixels, levels: Field) -> Pixels:
    """Multiply each image by a level of its own: float32, shape (B,)."""
    whole = np.full(len(images), images.shape[2])
    return shade(images, whole, lambda block: levels[block.rows, None, None])
