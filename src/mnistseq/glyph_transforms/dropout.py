"""Holes in the ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.core.resample import blocks
from mnistseq.imaging.ink_floor import keep_ink
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.pixel_noise import grain16, grain_seeds

_BLOCK = 1 << 22
"""Pixels that get holes at a time."""


@dataclass(frozen=True)
class Dropout(Checked, GlyphTransform):
    """Punch holes into the ink: small random squares become background."""

    name: ClassVar[str] = "dropout"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    rate: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.15, metadata={"help": "largest fraction of the ink that is lost"}
    )
    grain: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.036,
        metadata={"help": "side of a hole as a fraction of the height; at least one pixel"},
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Drop up to `rate` of each glyph; one that would lose half of its ink loses none."""
        if not self.strength:
            return glyphs
        height, width = glyphs.shape[1:3]
        side = max(1, round(self.grain * height))
        rate = stream.uniform(1)[:, 0] * (self.strength * self.rate)
        dice = grain16(grain_seeds(stream), -(-height // side), -(-width // side))
        stays = dice >= np.rint(rate * 65536).astype(np.int32)[:, None, None]
        result = glyphs.copy()
        for part in blocks(len(glyphs), max(1, _BLOCK // glyphs[0].size)):
            own = stays[part]
            if side > 1:
                own = own.repeat(side, axis=1)[:, :height].repeat(side, axis=2)[:, :, :width]
            result[part] *= own[..., None] if glyphs.ndim == 4 else own
        return keep_ink(glyphs, result, 0.5)
