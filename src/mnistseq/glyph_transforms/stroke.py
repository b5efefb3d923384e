"""Stroke thickness."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.ink_floor import keep_ink
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.warp import blocks


@dataclass(frozen=True)
class Stroke(Checked, GlyphTransform):
    """Draw each glyph with a thicker or a thinner pen.

    Grey dilation and erosion by fractions of a pixel. Lines that are too thin
    to be eroded are left unchanged.
    """

    name: ClassVar[str] = "stroke"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    thinner: Annotated[float, Ge(0), Le(0.1)] = field(
        default=0.03,
        metadata={"help": "most that each side of a stroke loses, as a fraction of the height"},
    )
    thicker: Annotated[float, Ge(0), Le(0.1)] = field(
        default=0.04,
        metadata={"help": "most that each side of a stroke gains, as a fraction of the height"},
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Thicken or thin each glyph by a random amount within the limits."""
        if not self.strength:
            return glyphs
        span = self.thinner + self.thicker
        words = stream.uniform(1)[:, 0]
        change = (words * span - self.thinner) * (self.strength * glyphs.shape[1])
        return redrawn(glyphs, change)


@accelerated("strokes")
def redrawn(glyphs: Pixels, change: Floats) -> Pixels:
    """Thicken each glyph by `change` pixels, as far as it keeps its ink."""
    result = glyphs.copy()
    for part in blocks(len(glyphs), glyphs[0].size):
        _redraw(result[part], change[part])
    return keep_ink(glyphs, result)


def _redraw(glyphs: Pixels, change: Floats) -> None:
    """Thicken each glyph by `change` pixels, a pixel at a time, in place."""
    for step in range(int(np.ceil(np.abs(change).max()))):
        share = np.rint(np.clip(np.abs(change) - step, 0, 1) * 256).astype(np.uint16)
        for sign, pen in ((1, _thickened), (-1, _thinned)):
            rows = np.flatnonzero((share > 0) & (change * sign > 0))
            if len(rows):
                now = glyphs[rows]
                glyphs[rows] = _mixed(now, pen(now, round_=step % 2 == 1), share[rows])


def _mixed(one: Pixels, other: Pixels, share: np.typing.NDArray[np.uint16]) -> Pixels:
    share = share.reshape(-1, *[1] * (one.ndim - 1))
    mixed = one * (256 - share) + other * share
    mixed += 128
    mixed >>= 8
    return mixed.astype(np.uint8)


def _thickened(glyphs: Pixels, round_: bool) -> Pixels:
    """Dilate by one pixel: crosses and squares in turn make octagons."""
    return _extreme(glyphs, np.maximum, corners=round_)


def _thinned(glyphs: Pixels, round_: bool) -> Pixels:
    """Erode by one pixel, but keep lines that erosion would erase.

    Erosion erases what a following dilation does not restore. Half-tones at a
    line's sides are lost by half, hence twice the difference.
    """
    eroded = _extreme(glyphs, np.minimum, corners=round_)
    lost = glyphs - np.minimum(glyphs, _extreme(eroded, np.maximum, corners=round_))
    lost = np.minimum(lost, 127)
    lost *= 2
    return np.maximum(eroded, np.minimum(lost, glyphs))


def _extreme(glyphs: Pixels, choose: np.ufunc, corners: bool) -> Pixels:
    """Return the extreme of each pixel and its neighbours (4, or 8 with corners); 0 outside."""
    around = ((0, 0), (1, 1), (1, 1), (0, 0))[: glyphs.ndim]
    padded = np.pad(glyphs, around)
    middle = padded[:, 1:-1]
    across = choose(choose(middle[:, :, :-2], middle[:, :, 2:]), glyphs)
    if corners:
        wide = choose(choose(padded[:, :, :-2], padded[:, :, 2:]), padded[:, :, 1:-1])
        tall: Pixels = choose(choose(wide[:, :-2], wide[:, 2:]), across)
        return tall
    upright: Pixels = choose(choose(padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]), across)
    return upright
