"""Uneven baselines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Floats
from mnistseq.core.motion import Motion
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.move_glyphs import Move
from mnistseq.imaging.parameters import STRENGTH, Strength


@dataclass(frozen=True)
class Baseline(Move):
    """Shift glyphs off the baseline, and let the line rise or fall from start to end.

    Glyphs move up and down only as far as their picture has room.
    """

    name: ClassVar[str] = "baseline"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    jitter: Annotated[float, Ge(0), Le(1)] = field(
        default=0.08,
        metadata={"help": "largest shift of each glyph up or down, as a fraction of the height"},
    )
    drift: Annotated[float, Ge(0), Le(1)] = field(
        default=0.12,
        metadata={
            "help": "largest rise or fall of the ends of the line, as a fraction of the height"
        },
    )

    def motion(self, height: int, stream: GlyphStream) -> Motion:
        """Shift each glyph up or down."""
        line = 2 * stream.samples.uniform(1)[stream.owner, 0] - 1
        own = 2 * stream.uniform(1)[:, 0] - 1
        share = own * self.jitter + line * _along(stream) * self.drift
        shift = np.zeros((len(stream), 2))
        shift[:, 1] = share * (self.strength * height)
        return Motion(np.tile(np.eye(2), (len(stream), 1, 1)), shift)


def _along(stream: GlyphStream) -> Floats:
    """Return each glyph's position in its line: -1 first, 1 last, 0 if it is alone."""
    number = np.bincount(stream.owner)[stream.owner]
    along: Floats = (2 * stream.position - (number - 1)) / np.maximum(number - 1, 1)
    return along
