"""Paper with a gradient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Block, Field, column, numbers, shade
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


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

        def level(block: Block) -> Field:
            part, (y, x) = block.rows, block.shares()
            fall = column((share * across)[part]) * x
            fall = fall + column((share * down)[part]) * y
            fall += column(depth[part] / 2)
            sheet: Field = 1 - fall
            return sheet

        return canvas.with_images(shade(canvas.images, canvas.widths, level))
