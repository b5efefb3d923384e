"""Noise in the ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from mnistseq.core.array_types import Pixels, Words
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.core.resample import blocks
from mnistseq.imaging.ink_floor import keep_ink
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.pixel_noise import grain8, grain_seeds

_BLOCK = 1 << 20
"""Pixels that get noise at a time: their indices take eight times the memory."""


@dataclass(frozen=True)
class Noise(Checked, GlyphTransform):
    """Add Gaussian noise to the ink; the background stays clean.

    For noise on the paper, use a canvas transform, which has no seams between glyphs.
    """

    name: ClassVar[str] = "noise"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    amount: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3, metadata={"help": "largest standard deviation, as a fraction of black"}
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Add noise of up to `amount`, at a level of its own for each glyph."""
        if not self.strength:
            return glyphs
        share = stream.uniform(1)[:, 0] * (self.strength * self.amount)
        table = np.rint(_quantiles() * (share[:, None] * 255)).astype(np.int16)
        seeds = grain_seeds(stream)
        noisy = np.empty_like(glyphs)
        for part in blocks(len(glyphs), max(1, _BLOCK // glyphs[0].size)):
            noisy[part] = _noisy(glyphs[part], seeds[part], table[part])
        return keep_ink(glyphs, noisy)


def _noisy(glyphs: Pixels, seeds: Words, tables: NDArray[np.int16]) -> Pixels:
    """Add noise of a table of each glyph's own to its ink: tables of shape (N, 256)."""
    count, height, width = glyphs.shape[:3]
    grain, first = grain8(seeds, height, width), (np.arange(count) * 256)[:, None, None]
    noisy = np.empty_like(glyphs)
    for lines in blocks(height, max(1, _BLOCK // (count * width))):
        noise = tables.reshape(-1).take(grain[:, lines] + first)
        if glyphs.ndim == 4:
            noise = noise[..., None]
        noisy[:, lines] = np.clip(glyphs[:, lines] + noise, 1, 255)
    noisy *= glyphs != 0
    return noisy


@lru_cache(maxsize=1)
def _quantiles() -> NDArray[np.float64]:
    """Return 256 equally likely values of the standard normal distribution."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((step + 0.5) / 256) for step in range(256)])
