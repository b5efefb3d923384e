"""Upstrokes of ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Flags as Chosen
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.glyph_cells import boxes_of
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import with_changed
from mnistseq.imaging.stroke_width import stroke_widths
from mnistseq.imaging.strokes import PenStrokes, draw

_INKED = 96


@dataclass(frozen=True)
class Flags(Checked, GlyphTransform):
    """Begin plain ones with an upstroke, as people in most of Europe and South America write them.

    A glyph counts as a plain one if nearly every row of its ink is narrow. Either all plain ones
    of a line get such a flag, or none. It is part of the glyph and of its ink box.
    """

    name: ClassVar[str] = "flags"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    chance: Annotated[float, Ge(0), Le(1)] = field(
        default=0.5, metadata={"help": "chance that the ones of a line have flags"}
    )
    longest: Annotated[float, Ge(0.1), Le(1)] = field(
        default=0.7, metadata={"help": "length of the longest flag, relative to the glyph's height"}
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Add flags to the ones of some lines."""
        if not self.strength:
            return glyphs
        u = stream.samples.uniform(3)[stream.owner]
        own = stream.uniform(3)
        rows = np.flatnonzero(u[:, 0] < self.strength * self.chance)
        grey = glyphs[rows] if glyphs.ndim == 3 else glyphs[rows].max(axis=3)
        boxes = boxes_of(grey)
        thin, top, foot = plain_ones(grey, boxes, _INKED)
        rows, grey, box, top, foot = rows[thin], grey[thin], boxes[thin], top[thin], foot[thin]
        if not len(rows):
            return glyphs
        u, own, tall = u[rows], own[rows], box[:, 3] - box[:, 1]
        radius = np.maximum(0.7, stroke_widths(grey) / 2)
        start = np.stack([top, box[:, 1] + radius], axis=1)
        # The flags of a line resemble each other; each differs a little.
        length = tall * (0.15 + (self.longest - 0.1) * u[:, 1]) * (0.8 + 0.2 * own[:, 0])
        # A flag keeps away from a leaning stem, but falls: a level one would make a seven.
        lean = np.maximum(top - foot, 0) / tall
        across = length * np.minimum(0.4 + 0.3 * u[:, 2] + 0.1 * own[:, 1] + 0.3 * lean, 0.8)
        across = np.minimum(across, start[:, 0] - radius - 1)
        down = np.sqrt(np.maximum(length * length - across * across, 0))
        end = start + np.stack([-across, np.minimum(down, 0.8 * tall)], axis=1)
        limits = np.zeros(len(rows), np.int64), np.full(len(rows), glyphs.shape[2])
        ink = np.ones(len(rows))
        bow = length * 0.2 * (own[:, 2] - 0.5)
        strokes = PenStrokes(np.arange(len(rows)), start, end, radius, bow, ink, *limits)
        return with_changed(
            glyphs, rows, lambda some: np.bitwise_not(draw(np.bitwise_not(some), strokes))
        )


@accelerated("flags")
def plain_ones(grey: Pixels, boxes: Ints, inked: int) -> tuple[Chosen, Floats, Floats]:
    """Return which glyphs are plain ones, and x of the ink of these at its top and at its foot.

    A pixel counts as ink from `inked` on.
    """
    dark = grey >= inked
    height, width = grey.shape[1:]
    some = np.any(dark, axis=2)
    left = dark.argmax(axis=2)
    right = width - dark[:, :, ::-1].argmax(axis=2)
    tall = boxes[:, 3] - boxes[:, 1]
    upright = (tall > 4) & (boxes[:, 2] - boxes[:, 0] < tall)
    wide = some & (right - left > 0.25 * tall[:, None])
    # A bar at the top makes it a seven.
    upper = np.arange(height) - boxes[:, 1:2] < 0.4 * tall[:, None]
    thin: Chosen = np.count_nonzero(wide, axis=1) <= 0.1 * np.count_nonzero(some, axis=1)
    thin &= ~np.any(wide & upper, axis=1) & upright
    each, middle = np.arange(len(grey)), (left + right) / 2
    first, last = some.argmax(axis=1), height - 1 - some[:, ::-1].argmax(axis=1)
    return thin & np.any(some, axis=1), middle[each, first], middle[each, last]
