"""Glyphs that leave the baseline, and lines that rise or fall."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Floats, Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.move_glyphs import move
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class Baseline(Checked, GlyphTransform):
    """Let glyphs jump off the baseline, and the line rise or fall from its first to its last.

    Glyphs move up and down only as far as their picture has room for them.
    """

    name: ClassVar[str] = "baseline"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    jitter: Annotated[float, Ge(0), Le(1)] = field(
        default=0.08,
        metadata={"help": "share of the height by which each glyph strays, up or down"},
    )
    drift: Annotated[float, Ge(0), Le(1)] = field(
        default=0.12,
        metadata={"help": "share of the height by which the ends of the line rise or fall"},
    )

    def glyphs(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Shift each glyph up or down."""
        if not self.strength:
            return glyphs
        line = 2 * stream.samples.uniform(1)[stream.owner, 0] - 1
        own = 2 * stream.uniform(1)[:, 0] - 1
        share = own * self.jitter + line * _along(stream) * self.drift
        shift = np.zeros((len(glyphs), 2))
        shift[:, 1] = share * (self.strength * glyphs.shape[1])
        return move(glyphs, np.tile(np.eye(2), (len(glyphs), 1, 1)), shift)


def _along(stream: GlyphStream) -> Floats:
    """Where in its line each glyph stands: -1 the first, 1 the last, 0 one alone."""
    number = np.bincount(stream.owner)[stream.owner]
    along: Floats = (2 * stream.place - (number - 1)) / np.maximum(number - 1, 1)
    return along
