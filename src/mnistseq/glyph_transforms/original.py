"""The distortions of the older tool, which `image.transform: true` applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import numpy as np

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.core.resample import blocks
from mnistseq.imaging.ink_floor import ink, keep_ink
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.pixel_noise import expand, grain16, grain_seeds

_BLUR, _ELASTIC, _DROPOUT, _CROP = range(4)
_CHANCES = np.array([0.10, 0.15, 0.30, 0.30])
_DROPPED = 0.10
_CROPPED = 0.25
_BLOCK = 1 << 22
"""Pixels that are changed at a time: some steps take many times the memory of their glyphs."""
_LEAST_AFTER_CROP = 0.8
"""Fraction of its ink that a glyph must keep; a crop that leaves less is not done."""

Step = Callable[[Pixels, Ints], Pixels]


@dataclass(frozen=True)
class Original(Checked, GlyphTransform):
    """Blur, distort, perforate and crop glyphs, as the older tool did with imgaug.

    For each glyph, in random order and with independent chances: a light
    Gaussian blur (10 %), a slight elastic distortion (15 %), dropout of 10 % of
    the pixels (30 %), and a crop of up to 25 % at each side, scaled back to size
    (30 %). Then the ink is stretched to full contrast. The background stays
    white. A crop that would remove more than a fifth of the ink is left out.
    """

    name: ClassVar[str] = "original"

    strength: Strength = field(default=1.0, metadata=STRENGTH)

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Distort some of the glyphs, and stretch the contrast of all."""
        if not self.strength:
            return glyphs
        words = stream.uniform(15)
        happens = words[:, :4] < _CHANCES
        # The order of the steps: the rank of a random number among those of its glyph.
        turn = words[:, 4:8].argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        steps = {
            _BLUR: partial(self._blur, sigmas=words[:, 8]),
            _ELASTIC: partial(self._bend, shares=words[:, 9], stream=stream),
            _DROPOUT: partial(self._drop, stream=stream.of("dropout")),
            _CROP: partial(self._crop, shares=words[:, 10:14]),
        }
        result = glyphs.copy()
        for now in range(4):
            for step, change in steps.items():
                rows = np.flatnonzero(happens[:, step] & (turn[:, step] == now))
                for part in blocks(len(rows), max(1, _BLOCK // glyphs[0].size)):
                    result[rows[part]] = change(result[rows[part]], rows[part])
        return keep_ink(glyphs, self._stretched(result), 0.5)

    def _blur(self, glyphs: Pixels, rows: Ints, sigmas: Floats) -> Pixels:
        from mnistseq.imaging.imgaug_adapter import blurred

        scale = self.strength * glyphs.shape[1] / 28
        return np.stack(
            [blurred(glyph, sigmas[row] * scale) for glyph, row in zip(glyphs, rows, strict=True)]
        )

    def _bend(self, glyphs: Pixels, rows: Ints, shares: Floats, stream: GlyphStream) -> Pixels:
        from mnistseq.imaging.imgaug_adapter import bent

        height, width = glyphs.shape[1:3]
        size = 2 * height * width
        seeds = stream.of("elastic").words(1)[rows, 0]
        bits = expand(seeds, -(-size // 4)).astype("<u8", copy=False).view("<u2")[:, :size]
        noise = bits.astype(np.float32) * np.float32(2.0**-15) - np.float32(1)
        noise = noise.reshape(-1, 2, height, width)
        sigma = height / 8
        # Smoothed noise has a deviation of about 1 / (6 sigma): displacements up to 3.5 % of the height.
        alphas = shares[rows] * (self.strength * 0.035 * height * 6 * sigma)
        bends = [
            bent(glyph, field_, float(alpha), sigma)
            for glyph, field_, alpha in zip(glyphs, noise, alphas, strict=True)
        ]
        return keep_ink(glyphs, np.stack(bends), 0.8)

    def _drop(self, glyphs: Pixels, rows: Ints, stream: GlyphStream) -> Pixels:
        dice = grain16(grain_seeds(stream)[rows], *glyphs.shape[1:3])
        stays = dice >= round(self.strength * _DROPPED * 65536)
        return keep_ink(glyphs, glyphs * (stays[..., None] if glyphs.ndim == 4 else stays), 0.5)

    def _crop(self, glyphs: Pixels, rows: Ints, shares: Floats) -> Pixels:
        from mnistseq.imaging.imgaug_adapter import resized

        height, width = glyphs.shape[1:3]
        sides = shares[rows] * (self.strength * _CROPPED) * [height, width, height, width]
        cuts = sides.astype(np.int64)
        result = glyphs.copy()
        for row, (top, right, bottom, left) in enumerate(cuts):
            part = glyphs[row, top : height - bottom, left : width - right]
            if part.sum(dtype=np.int64) >= ink(glyphs[row, None])[0] * _LEAST_AFTER_CROP:
                result[row] = resized(part, (height, width))
        return result

    def _stretched(self, glyphs: Pixels) -> Pixels:
        """Stretch each glyph's contrast in place: its darkest ink becomes black, or nearly so."""
        darkest = np.maximum(glyphs.reshape(len(glyphs), -1).max(axis=1), 1)
        gain = np.rint((255 / darkest) ** self.strength * 256).astype(np.uint32)
        gain = gain.reshape(-1, *[1] * (glyphs.ndim - 1))
        for part in blocks(glyphs.shape[1], max(1, _BLOCK // glyphs[:, 0].size)):
            stretched = glyphs[:, part] * gain + np.uint32(128)
            stretched >>= np.uint32(8)
            glyphs[:, part] = np.minimum(stretched, 255)
        return glyphs
