"""Paper that is not white."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Field, column, numbers, shade
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class PaperTint(Checked, CanvasTransform):
    """Plain paper, of another shade in each image.

    The ink on it darkens with it, and stands out as it did.
    """

    name: ClassVar[str] = "paper-tint"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.3, metadata={"help": "the share of light that the darkest paper keeps back"}
    )

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Tint the paper of each image."""
        if not self.strength:
            return canvas
        light = 1 - self.strength * self.darkest * numbers(stream, 1)[:, 0]

        def level(part: slice) -> Field:
            return column(light[part])

        return shade(canvas, level)
