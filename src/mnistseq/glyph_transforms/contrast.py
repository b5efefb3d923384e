"""Contrast of the ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.core.resample import blocks
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength

_BLOCK = 1 << 20
"""Pixels that are changed at a time: their indices take eight times the memory."""


@dataclass(frozen=True)
class Contrast(Checked, GlyphTransform):
    """Make each glyph's ink paler, and its half-tones darker or lighter.

    Pixels with ink keep some, and the background does not change.
    """

    name: ClassVar[str] = "contrast"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    fade: Annotated[float, Ge(0), Le(0.7)] = field(
        default=0.4, metadata={"help": "largest fraction of its darkness that the ink loses"}
    )
    gamma: Annotated[float, Ge(1), Le(4)] = field(
        default=2.0,
        metadata={"help": "largest exponent applied to the half-tones; its inverse is as likely"},
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Map each glyph's tones by a curve of its own."""
        if not self.strength:
            return glyphs
        words = stream.uniform(2)
        gain = 1 - words[:, :1] * (self.strength * self.fade)
        exponent = self.gamma ** ((2 * words[:, 1:] - 1) * self.strength)
        curves = np.rint(255 * gain * np.linspace(0, 1, 256) ** exponent)
        curves[:, 1:] = np.maximum(curves[:, 1:], 1)
        flat, first = glyphs.reshape(len(glyphs), -1), (np.arange(len(glyphs)) * 256)[:, None]
        result = np.empty_like(flat)
        for part in blocks(flat.shape[1], max(1, _BLOCK // len(flat))):
            result[:, part] = curves.astype(np.uint8).reshape(-1).take(flat[:, part] + first)
        return result.reshape(glyphs.shape)
