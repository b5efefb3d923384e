"""Smaller endings, like the cents of an amount."""

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
class Ending(Move):
    """Write the last glyphs of some lines smaller, as people write zeros and cents.

    One to four glyphs, but never the first, shrink by the same factor. They stay at the foot of
    the line, or are raised to its top.
    """

    name: ClassVar[str] = "ending"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    chance: Annotated[float, Ge(0), Le(1)] = field(
        default=0.5, metadata={"help": "chance that a line has a smaller ending"}
    )
    smallest: Annotated[float, Ge(0.4), Le(1)] = field(
        default=0.55, metadata={"help": "size of the smallest ending, relative to the line"}
    )
    raised: Annotated[float, Ge(0), Le(1)] = field(
        default=0.4, metadata={"help": "chance that a smaller ending is raised"}
    )

    def motion(self, height: int, stream: GlyphStream) -> Motion:
        """Make each line's ending smaller."""
        u = stream.samples.uniform(5)[stream.owner]
        after = np.bincount(stream.owner)[stream.owner] - stream.position
        ends = (after <= 1 + (4 * u[:, 1]).astype(np.int64)) & (stream.position > 0)
        ends &= u[:, 0] < self.chance
        scale = 1 - np.where(ends, self.strength * (1 - self.smallest) * u[:, 2], 0.0)
        rise = np.where(u[:, 3] < self.raised, u[:, 4], 0.0) * (1 - scale)
        zero = np.zeros(len(scale))
        return Motion(turned(zero, zero, scale), np.zeros((len(scale), 2)), (0.5, 1.0), rise)
