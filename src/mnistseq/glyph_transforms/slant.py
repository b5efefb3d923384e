"""Slanted handwriting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.motion import Motion
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.move_glyphs import Move, turned
from mnistseq.imaging.parameters import STRENGTH, Strength


@dataclass(frozen=True)
class Slant(Move):
    """Slant the whole line by one angle, as one writer does, with small variations.

    The bottom of each glyph stays in place, and all ink stays inside its picture.
    """

    name: ClassVar[str] = "slant"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    shear: Annotated[float, Ge(0), Le(45)] = field(
        default=20.0,
        metadata={
            "help": "largest slant of the line in degrees, to the right or the left of the average"
        },
    )
    lean: Annotated[float, Ge(-45), Le(45)] = field(
        default=0.0,
        metadata={"help": "slant of the average line in degrees; above 0 it leans to the right"},
    )
    unrest: Annotated[float, Ge(0), Le(20)] = field(
        default=3.0, metadata={"help": "largest deviation of each glyph from its line, in degrees"}
    )

    def motion(self, height: int, stream: GlyphStream) -> Motion:
        """Slant each glyph by its line's angle and a small angle of its own."""
        line = 2 * stream.samples.uniform(1)[stream.owner, 0] - 1
        own = 2 * stream.uniform(1)[:, 0] - 1
        angle = self.strength * (self.lean + line * self.shear + own * self.unrest)
        ones = np.ones(len(stream))
        return Motion(turned(0 * ones, angle, ones), np.zeros((len(stream), 2)), (0.5, 1.0))
