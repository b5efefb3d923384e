"""Paper with a gradient."""

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
from mnistseq.imaging.patterns import Block, Field, numbers, shade


@dataclass(frozen=True)
class PaperGradient(Checked, CanvasTransform):
    """Shade the paper evenly from light to dark, in a random direction for each image."""

    name: ClassVar[str] = "paper-gradient"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.3,
        metadata={"help": "largest fraction of the light that the dark side absorbs"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Shade each image."""
        if not self.strength:
            return canvas
        u = numbers(stream, 3)
        depth = self.strength * self.darkest * u[:, 0]
        across, down = 2 * u[:, 1] - 1, 2 * u[:, 2] - 1
        # From 0 in one corner to the whole depth in the opposite one.
        share = depth / (abs(across) + abs(down) + 1e-6)
        table = np.column_stack([share * across, share * down, depth / 2]).astype(np.float32)
        return canvas.with_images(graded(canvas.images, canvas.widths, table))


@accelerated("papers")
def graded(images: Pixels, widths: Ints, table: Field) -> Pixels:
    """Take light from images: what grows across and down, and what all pixels lose."""

    def level(block: Block) -> Field:
        (across, down, everywhere), (y, x) = table[block.rows].T[:, :, None, None], block.shares()
        fall = across * x + down * y
        fall += everywhere
        sheet: Field = 1 - fall
        return sheet

    return shade(images, widths, level)
