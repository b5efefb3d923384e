"""The label never lies: no transform may take a glyph's ink away."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Ints, Pixels

FLOOR = 0.25
"""Share of its ink and of its darkness that a glyph keeps, at the least."""


def keep_ink(before: Pixels, after: Pixels, floor: float = FLOOR) -> Pixels:
    """Undo what was done to those glyphs that lost too much by it.

    Parameters
    ----------
    before, after : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
        `after` may be written to.
    floor : float
        A glyph is to keep this share of its ink in all, and of its darkest pixel.

    Returns
    -------
    ndarray of uint8
        `after`, but for what was undone.
    """
    lost = (ink(after) < ink(before) * floor) | (_darkest(after) < _darkest(before) * floor)
    if lost.any():
        after[lost] = before[lost]
    return after


def ink(glyphs: Pixels) -> Ints:
    """All the ink of each glyph: int64, shape (N,)."""
    total: Ints = glyphs.reshape(len(glyphs), -1).sum(axis=1, dtype=np.int64)
    return total


def _darkest(glyphs: Pixels) -> Pixels:
    darkest: Pixels = glyphs.reshape(len(glyphs), -1).max(axis=1)
    return darkest
