"""Random sizes."""

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
class Size(Move):
    """Scale each line as a whole, and each glyph a little independently.

    The bottom of each glyph stays in place, and no glyph outgrows its picture.
    """

    name: ClassVar[str] = "size"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    line: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.1,
        metadata={"help": "largest change of a line; 0.1: from 10 % smaller to 10 % larger"},
    )
    jitter: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.12, metadata={"help": "largest change of each glyph in addition to its line's"}
    )

    narrow: Annotated[float, Ge(0), Le(0.6)] = field(
        default=0.0,
        metadata={"help": "largest narrowing of a line; 0.4: down to 60 % of its width"},
    )

    def motion(self, height: int, stream: GlyphStream) -> Motion:
        """Scale each glyph."""
        line = 2 * stream.samples.uniform(1)[stream.owner, 0] - 1
        own = 2 * stream.uniform(1)[:, 0] - 1
        scale = 1 + self.strength * (line * self.line + own * self.jitter)
        zero = np.zeros(len(stream))
        linear = turned(zero, zero, scale)
        if self.narrow:
            lost = self.strength * self.narrow * stream.of("narrow").samples.uniform(1)[:, 0]
            linear[:, :, 0] *= (1 - lost)[stream.owner, None]
        return Motion(linear, np.zeros((len(stream), 2)), (0.5, 1.0))
