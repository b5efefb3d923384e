"""Drawing short pen strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnistseq.core.arrays import Floats, Ints, Pixels


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
    if not len(strokes.rows):
        return
    height, width = images.shape[1:3]
    reach = strokes.radius + np.abs(strokes.bow) + 1
    first = np.floor(np.minimum(strokes.start[:, 0], strokes.end[:, 0]) - reach)
    last = np.ceil(np.maximum(strokes.start[:, 0], strokes.end[:, 0]) + reach)
    for stroke in range(len(strokes.rows)):
        low = max(0, int(first[stroke]), int(strokes.left[stroke]))
        high = min(width, int(last[stroke]), int(strokes.right[stroke]))
        if low < high:
            ink = _ink(strokes, stroke, (low, high), height)
            window = images[strokes.rows[stroke], :, low:high]
            np.minimum(window, ink if window.ndim == 2 else ink[..., None], out=window)


def _ink(strokes: Strokes, stroke: int, columns: tuple[int, int], height: int) -> Pixels:
    """Return a stroke on white, in some columns of its image: uint8, shape (height, columns)."""
    x = np.arange(*columns)[None, :] + 0.5
    y = np.arange(height)[:, None] + 0.5
    (ax, ay), (bx, by) = strokes.start[stroke].tolist(), strokes.end[stroke].tolist()
    along, down = bx - ax, by - ay
    length = max(along * along + down * down, 1e-9)
    share = np.clip(((x - ax) * along + (y - ay) * down) / length, 0, 1)
    offset = 4 * float(strokes.bow[stroke]) * share * (1 - share) / length**0.5
    dx = x - ax - share * along + offset * down
    dy = y - ay - share * down - offset * along
    away = np.sqrt(dx * dx + dy * dy)
    cover = np.clip(float(strokes.radius[stroke]) + 0.5 - away, 0, 1)
    left: Pixels = np.rint(255 * (1 - float(strokes.ink[stroke]) * cover)).astype(np.uint8)
    return left
