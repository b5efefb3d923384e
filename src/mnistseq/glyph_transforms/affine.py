"""Turned, slanted, sized and shifted: each glyph for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from mnistseq.core.arrays import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.move_glyphs import move, turned
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class Affine(Checked, GlyphTransform):
    """Turn, slant, size and shift each glyph about the middle of its ink.

    Every amount is uniform up to its limit, either way. All ink stays inside
    its picture: what would stick out is shrunk until it fits.
    """

    name: ClassVar[str] = "affine"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    rotate: Annotated[float, Ge(0), Le(45)] = field(
        default=12.0, metadata={"help": "degrees, clockwise or against"}
    )
    shear: Annotated[float, Ge(0), Le(45)] = field(
        default=12.0, metadata={"help": "slant in degrees, to the right or the left"}
    )
    scale: Annotated[float, Ge(0), Le(0.4)] = field(
        default=0.15, metadata={"help": "0.1: from 10 % smaller to 10 % larger"}
    )
    translate: Annotated[float, Ge(0), Le(1)] = field(
        default=0.08, metadata={"help": "share of the picture's height, along and across"}
    )

    def glyphs(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Move each glyph by an affine map of its own."""
        if not self.strength:
            return glyphs
        swing = (2 * stream.uniform(5) - 1) * self.strength
        linear = turned(
            swing[:, 0] * self.rotate, swing[:, 1] * self.shear, 1 + swing[:, 2] * self.scale
        )
        return move(glyphs, linear, swing[:, 3:] * (self.translate * glyphs.shape[1]))
