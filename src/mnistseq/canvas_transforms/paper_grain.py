"""Paper with a grain."""

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
from mnistseq.imaging.patterns import (
    GRAIN_DEVIATION,
    Block,
    Field,
    Keys,
    clouds,
    column,
    grain,
    numbers_and_keys,
    shade,
)


@dataclass(frozen=True)
class PaperGrain(Checked, CanvasTransform):
    """Add a paper grain: fine specks, and clouds where the paper is thicker."""

    name: ClassVar[str] = "paper-grain"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    specks: Annotated[float, Ge(0), Le(0.15)] = field(
        default=0.035,
        metadata={"help": "standard deviation of the fine specks, as a fraction of the light"},
    )
    clouds: Annotated[float, Ge(0), Le(0.3)] = field(
        default=0.1, metadata={"help": "fraction of the light that the thickest clouds absorb"}
    )
    size: Annotated[float, Ge(0.01), Le(4)] = field(
        default=0.15, metadata={"help": "distance between clouds, as a fraction of the height"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Print each image on paper of its own."""
        if not self.strength:
            return canvas
        u, (fine, coarse) = numbers_and_keys(stream, 2, 2)
        depths = self.strength * np.array([self.clouds / 2, self.specks / GRAIN_DEVIATION]) * u
        cell = self.size * canvas.line_height
        return canvas.with_images(
            grained(canvas.images, canvas.widths, coarse, fine, depths.astype(np.float32), cell)
        )


@accelerated("papers")
def grained(
    images: Pixels, widths: Ints, coarse: Keys, fine: Keys, depths: Field, cell: float
) -> Pixels:
    """Print images on paper with clouds and specks of the given depths: shape (B, 2)."""

    def level(block: Block) -> Field:
        part, size = block.rows, (block.height, block.width)
        sheet = clouds(coarse[part], size, cell, block.widths, block.lines)
        sheet -= 1
        sheet *= column(depths[part, 0])
        specks = grain(fine[part], size, block.widths, block.lines)
        specks *= column(depths[part, 1])
        sheet += specks
        sheet += 1
        return sheet

    return shade(images, widths, level)
