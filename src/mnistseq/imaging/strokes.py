"""Drawing short pen strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnistseq.core.arrays import Floats, Ints, Pixels

_BLOCK = 1 << 14
"""Pixels of strokes drawn at a time."""


@dataclass(frozen=True, eq=False)
class Strokes:
    """One stroke in each of some images.

    Attributes
    ----------
    rows : ndarray of int64, shape (S,)
        The images' indices, each once.
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
    """

    rows: Ints
    start: Floats
    end: Floats
    radius: Floats
    bow: Floats
    ink: Floats
    left: Ints
    right: Ints


def draw(images: Pixels, strokes: Strokes) -> None:
    """Draw strokes into images, in place; darker ink stays."""
    reach = (strokes.radius + np.abs(strokes.bow) + 1)[:, None]
    first = np.floor(np.minimum(strokes.start, strokes.end) - reach).astype(np.int64)
    last = np.ceil(np.maximum(strokes.start, strokes.end) + reach).astype(np.int64)
    height, width = images.shape[1:3]
    first = np.maximum(first, np.stack([strokes.left, 0 * strokes.left], axis=1)).clip(0)
    last = np.minimum(last, np.stack([strokes.right, 0 * strokes.right + height], axis=1))
    last = np.minimum(last, [width, height])
    size = last - first
    drawn = np.flatnonzero((size > 0).all(axis=1))
    drawn = drawn[np.argsort(size[drawn, 0], kind="stable")]
    while len(drawn):
        # The widest one sets the cost of all that are drawn together.
        each = max(1, _BLOCK // int(size[drawn].prod(axis=1).max()))
        some, drawn = drawn[:each], drawn[each:]
        # Where a stroke's window is smaller than the largest, its last pixels are drawn again.
        steps = (np.arange(length) for length in size[some].max(axis=0).tolist())
        x, y = (
            np.minimum(first[some, axis, None] + step, last[some, axis, None] - 1)
            for axis, step in enumerate(steps)
        )
        ink = _ink(strokes, some, x[:, None, :] + 0.5, y[:, :, None] + 0.5)
        window = strokes.rows[some, None, None], y[:, :, None], x[:, None, :]
        ink = ink.reshape(*ink.shape, *[1] * (images.ndim - 3))
        images[window] = np.minimum(images[window], ink)


def _ink(strokes: Strokes, some: Ints, x: Floats, y: Floats) -> Pixels:
    """Return some strokes on white, at the given centres of pixels: uint8, shape (S, y, x)."""
    start, end = strokes.start[some, :, None, None], strokes.end[some, :, None, None]
    x, y = x - start[:, 0], y - start[:, 1]
    along, down = end[:, 0] - start[:, 0], end[:, 1] - start[:, 1]
    length = np.maximum(along * along + down * down, 1e-9)
    share = np.clip((x * along + y * down) / length, 0, 1)
    offset = 4 * strokes.bow[some, None, None] * share * (1 - share) / np.sqrt(length)
    dx = x - share * along + offset * down
    dy = y - share * down - offset * along
    away = np.sqrt(dx * dx + dy * dy)
    cover = np.clip(strokes.radius[some, None, None] + 0.5 - away, 0, 1)
    left: Pixels = np.rint(255 * (1 - strokes.ink[some, None, None] * cover)).astype(np.uint8)
    return left
