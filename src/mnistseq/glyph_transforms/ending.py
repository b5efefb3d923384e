"""Smaller endings, like the cents of an amount."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.glyph_cells import boxes_of
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.move_glyphs import move, turned
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class Ending(Checked, GlyphTransform):
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

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Make each line's ending smaller."""
        if not self.strength:
            return glyphs
        u = stream.samples.uniform(5)[stream.owner]
        after = np.bincount(stream.owner)[stream.owner] - stream.position
        ends = (after <= 1 + (4 * u[:, 1]).astype(np.int64)) & (stream.position > 0)
        rows = np.flatnonzero(ends & (u[:, 0] < self.chance))
        if not len(rows):
            return glyphs
        u, changed = u[rows], glyphs[rows]
        scale = 1 - self.strength * (1 - self.smallest) * u[:, 2]
        rise = np.where(u[:, 3] < self.raised, u[:, 4], 0.0)
        shift = np.zeros((len(rows), 2))
        boxes = boxes_of(changed)
        shift[:, 1] = -rise * (1 - scale) * (boxes[:, 3] - boxes[:, 1])
        zero = np.zeros(len(rows))
        result = glyphs.copy()
        result[rows] = move(changed, turned(zero, zero, scale), shift, (0.5, 1.0))
        return result
