"""Paler pens and harder or softer edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class Contrast(Checked, GlyphTransform):
    """Make each glyph's ink paler, and its half-tones darker or lighter.

    Ink stays ink, however pale, and ground stays ground.
    """

    name: ClassVar[str] = "contrast"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    fade: Annotated[float, Ge(0), Le(0.7)] = field(
        default=0.4, metadata={"help": "largest share of its darkness that the ink loses"}
    )
    gamma: Annotated[float, Ge(1), Le(4)] = field(
        default=2.0,
        metadata={"help": "largest exponent on the half-tones; as often it is its inverse"},
    )

    def glyphs(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Send each glyph's tones through a curve of its own."""
        if not self.strength:
            return glyphs
        words = stream.uniform(2)
        gain = 1 - words[:, :1] * (self.strength * self.fade)
        exponent = self.gamma ** ((2 * words[:, 1:] - 1) * self.strength)
        curves = np.rint(255 * gain * np.linspace(0, 1, 256) ** exponent)
        curves[:, 1:] = np.maximum(curves[:, 1:], 1)
        places = glyphs.reshape(len(glyphs), -1) + (np.arange(len(glyphs)) * 256)[:, None]
        return curves.astype(np.uint8).reshape(-1).take(places).reshape(glyphs.shape)
