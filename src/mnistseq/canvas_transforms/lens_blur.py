"""Lens blur."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers
from mnistseq.imaging.warp import blur


@dataclass(frozen=True)
class LensBlur(Checked, CanvasTransform):
    """Blur each image as a whole, like a picture out of focus.

    A Gaussian of at most 6 pixels. Boxes do not change: ink that is blurred
    beyond them is fainter than the ink inside.
    """

    name: ClassVar[str] = "lens-blur"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    radius: Annotated[float, Ge(0), Le(0.06)] = field(
        default=0.04,
        metadata={"help": "standard deviation of the strongest blur, as a fraction of the height"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Blur each image."""
        if not self.strength:
            return canvas
        worst = min(6.0, self.radius * canvas.line_height)
        sigmas = self.strength * worst * numbers(stream, 1)[:, 0]
        return canvas.with_images(blur(canvas.images, sigmas, "nearest", canvas.own_widths))
