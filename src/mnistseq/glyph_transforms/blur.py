"""Gaussian blur."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.ink_floor import keep_ink
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.warp import blur


@dataclass(frozen=True)
class Blur(Checked, GlyphTransform):
    """Blur each glyph by a Gaussian of its own width."""

    name: ClassVar[str] = "blur"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    sigma: Annotated[float, Ge(0), Le(0.1)] = field(
        default=0.04,
        metadata={
            "help": "largest standard deviation as a fraction of the height; 0.04 is 1 pixel of 28"
        },
    )
    chance: Annotated[float, Ge(0), Le(1)] = field(
        default=1.0, metadata={"help": "fraction of the glyphs that are blurred"}
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Blur each glyph by up to `sigma`."""
        words = stream.uniform(2)
        sigmas = words[:, 0] * (self.strength * self.sigma * glyphs.shape[1])
        sigmas[words[:, 1] >= self.chance] = 0.0
        return keep_ink(glyphs, blur(glyphs, sigmas))
