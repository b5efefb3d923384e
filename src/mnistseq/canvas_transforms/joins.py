"""Strokes between round glyphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers
from mnistseq.imaging.stroke_width import stroke_widths
from mnistseq.imaging.strokes import PenStrokes, draw

_DARK = 160
"""Darker pixels are a stroke, lighter ones its soft edge."""


@dataclass(frozen=True)
class Joins(Checked, CanvasTransform):
    """Join round glyphs to those before them, like a pen that runs on from zero to zero.

    A glyph is round if its middle is empty and it has ink on all four sides of it. Joins run
    from one contour to the next, are as thick as the glyphs' own strokes, and belong to no
    glyph. Put this transform first, where the paper is white.
    """

    name: ClassVar[str] = "joins"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    chance: Annotated[float, Ge(0), Le(1)] = field(
        default=0.5, metadata={"help": "chance that the round glyphs of a line are joined"}
    )
    first: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3,
        metadata={"help": "chance that one of them is joined to a glyph that is not round, too"},
    )
    longest: Annotated[float, Ge(0), Le(1)] = field(
        default=0.6, metadata={"help": "length of the longest join, as a fraction of the height"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Join the round glyphs of each image."""
        if not self.strength or not len(canvas.owner):
            return canvas
        images = canvas.images if canvas.images.ndim == 3 else canvas.images.min(axis=3)
        u = numbers(stream, 6)
        round_ones = u[canvas.owner, 0] < self.strength * self.chance
        wanted = np.flatnonzero(round_ones)
        round_ones[wanted] = _round(images, canvas, wanted)
        right = np.flatnonzero(round_ones[1:] & (np.diff(canvas.owner) == 0)) + 1
        to_round = round_ones[right - 1] | (u[canvas.owner[right], 1] < self.first)
        right = right[to_round & (canvas.ink_boxes[right - 1, 2] > 0)]
        own = u[canvas.owner[right]]
        start = _contour(images, canvas, right - 1, 0.12 + 0.3 * own[:, 2], left=False)
        end = _contour(images, canvas, right, 0.12 + 0.3 * own[:, 3], left=True)
        length = end[:, 0] - start[:, 0]
        # NaN, where a row has no ink, is not in the range.
        near = (length > 0) & (length <= self.longest * canvas.line_height)
        right, own, start, end = right[near], own[near], start[near], end[near]
        bow = length[near] * 0.6 * (own[:, 4] - 0.3)
        rows = canvas.owner[right]
        joined = np.unique(rows)
        radius = np.zeros(len(images))
        thickness = stroke_widths(images[joined], canvas.widths[joined], 255)
        radius[joined] = np.maximum(0.7, thickness / 2)
        width, ink = canvas.widths[rows], 0.9 + 0.1 * own[:, 5]
        strokes = PenStrokes(rows, start, end, 0.9 * radius[rows], bow, ink, 0 * width, width)
        return canvas.with_images(draw(canvas.images, strokes))


def _round(images: Pixels, canvas: Canvas, glyphs: Ints) -> Flags:
    """Return which glyphs have an empty middle, and ink on all four sides of it."""
    middle, side = np.linspace(0.45, 0.55, 3), np.linspace(0, 0.42, 17)
    half = np.array([0.5])
    hollow: Flags = ~np.any(_inked(images, canvas, glyphs, (middle, middle)), axis=(1, 2))
    for points in ((side, half), (1 - side, half), (half, side), (half, 1 - side)):
        left = np.flatnonzero(hollow)
        hollow[left] = np.any(_inked(images, canvas, glyphs[left], points), axis=(1, 2))
    return hollow


def _inked(images: Pixels, canvas: Canvas, glyphs: Ints, points: tuple[Floats, Floats]) -> Flags:
    """Return which points of each glyph's ink box are dark: bool, shape (N, down, across)."""
    across, down = points
    boxes = canvas.ink_boxes[glyphs]
    first = boxes[:, :2]
    last = np.maximum(boxes[:, 2:] - 1 - first, 0)
    x = first[:, :1] + np.rint(last[:, :1] * across).astype(np.int64)
    y = first[:, 1:] + np.rint(last[:, 1:] * down).astype(np.int64)
    ink = images[canvas.owner[glyphs, None, None], y[:, :, None], x[:, None, :]]
    dark: Flags = ink < _DARK
    return dark


def _contour(images: Pixels, canvas: Canvas, glyphs: Ints, share: Floats, *, left: bool) -> Floats:
    """Return x, y of the outermost ink of glyphs, at a share of their height.

    NaN where they have no ink there.
    """
    boxes = canvas.ink_boxes[glyphs]
    y = boxes[:, 1] + (share * (boxes[:, 3] - boxes[:, 1])).astype(np.int64)
    steps = np.arange(int((boxes[:, 2] - boxes[:, 0]).max(initial=1)))
    x = boxes[:, :1] + steps if left else boxes[:, 2:3] - 1 - steps
    inside = (x >= boxes[:, :1]) & (x < boxes[:, 2:3])
    row = images[canvas.owner[glyphs, None], y[:, None], np.clip(x, 0, images.shape[2] - 1)]
    dark = inside & (row < _DARK)
    found = x[np.arange(len(x)), dark.argmax(axis=1)] + 0.5
    return np.stack([np.where(dark.any(axis=1), found, np.nan), y + 0.5], axis=1)
