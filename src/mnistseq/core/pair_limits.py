"""How far two neighbours may overlap, so that every glyph keeps a column of ink of its own."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.glyph_cells import SelectedGlyphs
from mnistseq.core.sequences import Sequences


def least_gaps(minimum: int, sequences: Sequences, glyphs: SelectedGlyphs) -> Ints:
    """Return the least gap before each glyph that hides neither it nor its neighbours.

    A gap of a pixel less would leave a glyph no column of its ink box that is free of the ink
    boxes of both neighbours, or would let a cell end before its neighbour's does. Where gaps of
    `minimum` on both sides would cover a glyph together, its neighbours share all columns but
    one: each may cover half, or what the other one cannot reach. A glyph without ink keeps a
    column of its cell.

    Parameters
    ----------
    minimum : int
        The smallest gap asked for, in pixels.
    sequences : Sequences
    glyphs : SelectedGlyphs

    Returns
    -------
    ndarray of int64, shape (N,)
        In pixels, 0 or less; 0 before the first glyph of a sequence.
    """
    widths = glyphs.widths
    start, end = _ink_columns(glyphs)
    spare = end - start - 1  # columns of ink that neighbours may cover
    order = 1 - np.minimum(widths[:-1], widths[1:])
    touch = (end - widths)[:-1] - start[1:]  # the gap at which ink boxes touch
    reach = np.clip(touch - np.maximum(minimum, order), 0, np.minimum(spare[:-1], spare[1:]))
    reach[sequences.first[1:] - 1] = 0  # no pair: the end of a sequence and the start of another
    from_left, from_right = np.append(0, reach), np.append(reach, 0)
    left = np.minimum(from_left, np.maximum(spare // 2, spare - from_right))
    right = np.minimum(from_right, spare - left)
    least = np.zeros_like(widths)
    least[1:] = np.maximum(order, touch - np.minimum(right[:-1], left[1:]))
    least[sequences.first] = 0
    return np.minimum(least, 0)


def _ink_columns(glyphs: SelectedGlyphs) -> tuple[Ints, Ints]:
    """First column of ink of each glyph in its cell, and the one after the last: shape (N,)."""
    ink, widths = glyphs.ink, glyphs.widths
    start, end = ink[:, 0] - glyphs.offsets, ink[:, 2] - glyphs.offsets
    inked = end > start
    return np.where(inked, start, 0), np.where(inked, end, widths)
