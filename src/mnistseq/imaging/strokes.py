"""Drawing short pen strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels

_BLOCK = 1 << 14
"""Pixels of strokes drawn at a time."""


@dataclass(frozen=True, eq=False)
class PenStrokes:
    """Pen strokes to draw in some images.

    Attributes
    ----------
    rows : ndarray of int64, shape (S,)
        The images' indices.
    start, end : ndarray of float64, shape (S, 2)
        x, y of the ends, in pixels from the upper left corner.
    radius : ndarray of float64, shape (S,)
        Half the thickness, in pixels.
    bow : ndarray of float64, shape (S,)
        Distance of the middle from the straight line, in pixels.
    ink : ndarray of float64, shape (S,)
        From 0 (none) to 1 (black).
    left, right : ndarray of int64, shape (S,)
        The columns that the stroke may touch, the last one excluded.
    taper : ndarray of float64, shape (S,), or float
        Share of the thickness that is missing at the end; a third of it is missing of the ink.
    """

    rows: Ints
    start: Floats
    end: Floats
    radius: Floats
    bow: Floats
    ink: Floats
    left: Ints
    right: Ints
    taper: Floats | float = 0.0

    @classmethod
    def joined(cls, several: Sequence[PenStrokes]) -> PenStrokes:
        """Return strokes of several kinds, none of which tapers."""
        names = ("rows", "start", "end", "radius", "bow", "ink", "left", "right")
        return cls(*(np.concatenate([getattr(some, name) for some in several]) for name in names))


def draw(images: Pixels, strokes: PenStrokes) -> Pixels:
    """Return images with strokes drawn into them; darker ink stays."""
    start, end, radius, bow = strokes.start, strokes.end, strokes.radius, strokes.bow
    reach = (radius + np.abs(bow) + 1)[:, None]
    first = np.floor(np.minimum(start, end) - reach).astype(np.int64).clip(0)
    last = np.ceil(np.maximum(start, end) + reach).astype(np.int64)
    height, width = images.shape[1:3]
    first[:, 0] = np.maximum(first[:, 0], strokes.left)
    last = np.minimum(last, [width, height])
    last[:, 0] = np.minimum(last[:, 0], strokes.right)
    taper = strokes.taper + np.zeros(len(radius))
    shape = np.column_stack([start, end, radius, bow, strokes.ink, taper])
    return drawn(images, strokes.rows, np.concatenate([first, last], axis=1), shape)


@accelerated("marks")
def drawn(images: Pixels, rows: Ints, windows: Ints, strokes: Floats) -> Pixels:
    """Draw strokes in images and return them.

    Parameters
    ----------
    images, rows
        See `draw`.
    windows : ndarray of int64, shape (S, 4)
        x0, y0, x1, y1 of what each stroke may touch.
    strokes : ndarray of float64, shape (S, 8)
        x, y of the start and of the end, radius, bow, ink and taper.
    """
    result = images.copy()
    first, last = windows[:, :2], windows[:, 2:]
    size = last - first
    left = np.flatnonzero((size > 0).all(axis=1))
    left = left[np.argsort(size[left, 0], kind="stable")]
    while len(left):
        # The widest one sets the cost of all that are drawn together.
        each = max(1, _BLOCK // int(size[left].prod(axis=1).max()))
        # Two strokes of one image are drawn one after the other.
        some = left[np.unique(rows[left[:each]], return_index=True)[1]]
        left = left[~np.isin(left, some)]
        # Where a stroke's window is smaller than the largest, its last pixels are drawn again.
        steps = (np.arange(length) for length in size[some].max(axis=0).tolist())
        x, y = (
            np.minimum(first[some, axis, None] + step, last[some, axis, None] - 1)
            for axis, step in enumerate(steps)
        )
        ink = _ink(strokes[some].T[:, :, None, None], x[:, None, :] + 0.5, y[:, :, None] + 0.5)
        window = rows[some, None, None], y[:, :, None], x[:, None, :]
        ink = ink.reshape(*ink.shape, *[1] * (images.ndim - 3))
        result[window] = np.minimum(result[window], ink)
    return result


def _ink(strokes: Floats, x: Floats, y: Floats) -> Pixels:
    """Return strokes on white, at the given centres of pixels: uint8, shape (S, y, x)."""
    start_x, start_y, end_x, end_y, radius, bow, ink, taper = strokes
    x, y = x - start_x, y - start_y
    along, down = end_x - start_x, end_y - start_y
    length = np.maximum(along * along + down * down, 1e-9)
    share = np.clip((x * along + y * down) / length, 0, 1)
    offset = 4 * bow * share * (1 - share) / np.sqrt(length)
    dx = x - share * along + offset * down
    dy = y - share * down - offset * along
    away = np.sqrt(dx * dx + dy * dy)
    thinner = taper * share
    cover = np.clip(radius * (1 - thinner) + 0.5 - away, 0, 1)
    left: Pixels = np.rint(255 * (1 - ink * (1 - thinner / 3) * cover)).astype(np.uint8)
    return left
