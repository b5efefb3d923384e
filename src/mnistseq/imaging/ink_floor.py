"""A floor for the ink of glyphs: no transform may erase a glyph, because its label remains."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Ints, Pixels

FLOOR = 0.25
"""Smallest fraction of its ink and of its darkness that a glyph keeps."""


def keep_ink(before: Pixels, after: Pixels, floor: float = FLOOR) -> Pixels:
    """Restore the glyphs that lost too much ink.

    Parameters
    ----------
    before, after : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
        `after` may be written to.
    floor : float
        The fraction that a glyph must keep of its total ink and of its darkest pixel.

    Returns
    -------
    ndarray of uint8
        `after`, with some glyphs as in `before`.
    """
    lost = (ink(after) < ink(before) * floor) | (_darkest(after) < _darkest(before) * floor)
    if lost.any():
        after[lost] = before[lost]
    return after


def ink(glyphs: Pixels) -> Ints:
    """Return the total ink of each glyph: int64, shape (N,)."""
    total: Ints = glyphs.reshape(len(glyphs), -1).sum(axis=1, dtype=np.int64)
    return total


def _darkest(glyphs: Pixels) -> Pixels:
    darkest: Pixels = glyphs.reshape(len(glyphs), -1).max(axis=1)
    return darkest
