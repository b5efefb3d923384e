"""Random affine maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from mnistseq.core.motion import Motion
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.move_glyphs import Move, turned
from mnistseq.imaging.parameters import STRENGTH, Strength


@dataclass(frozen=True)
class Affine(Move):
    """Rotate, slant, scale and shift each glyph about the centre of its ink.

    Every amount is uniform up to its limit in both directions. All ink stays
    inside its picture: a glyph that would not fit is shrunk.
    """

    name: ClassVar[str] = "affine"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    rotate: Annotated[float, Ge(0), Le(45)] = field(
        default=12.0, metadata={"help": "largest rotation in degrees, clockwise or anticlockwise"}
    )
    shear: Annotated[float, Ge(0), Le(45)] = field(
        default=12.0, metadata={"help": "largest slant in degrees, to the right or the left"}
    )
    scale: Annotated[float, Ge(0), Le(0.4)] = field(
        default=0.15,
        metadata={"help": "largest change of size; 0.1: from 10 % smaller to 10 % larger"},
    )
    translate: Annotated[float, Ge(0), Le(1)] = field(
        default=0.08,
        metadata={"help": "largest shift in both directions, as a fraction of the height"},
    )

    def motion(self, height: int, stream: GlyphStream) -> Motion:
        """Map each glyph by an affine map of its own."""
        swing = (2 * stream.uniform(5) - 1) * self.strength
        linear = turned(
            swing[:, 0] * self.rotate, swing[:, 1] * self.shear, 1 + swing[:, 2] * self.scale
        )
        return Motion(linear, swing[:, 3:] * (self.translate * height))
