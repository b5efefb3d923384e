"""Limit how far neighbours overlap, so that every glyph keeps a column of ink of its own."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.glyph_cells import SelectedGlyphs
from mnistseq.core.sequences import Sequences


def least_gaps(minimum: int, sequences: Sequences, glyphs: SelectedGlyphs) -> Ints:
    """Return the smallest gap before each glyph that hides neither it nor its neighbours.

    With a gap of one pixel less, some glyph would have no column of its ink box outside of
    the ink boxes of both neighbours, or a cell would end before that of its left neighbour.
    Where two gaps of `minimum` together would cover a glyph, its neighbours divide all
    columns but one: each may cover half, or as much as the other cannot reach. A glyph
    without ink keeps a column of its cell.

    Parameters
    ----------
    minimum : int
        Smallest gap allowed, in pixels.
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
    reach[sequences.first[1:] - 1] = (
        0  # the end of one sequence and the start of the next are no pair
    )
    from_left, from_right = np.append(0, reach), np.append(reach, 0)
    left = np.minimum(from_left, np.maximum(spare // 2, spare - from_right))
    right = np.minimum(from_right, spare - left)
    least = np.zeros_like(widths)
    least[1:] = np.maximum(order, touch - np.minimum(right[:-1], left[1:]))
    least[sequences.first] = 0
    return np.minimum(least, 0)


def _ink_columns(glyphs: SelectedGlyphs) -> tuple[Ints, Ints]:
    """Return the first column of ink of each glyph in its cell, and the one after the last: (N,)."""
    ink, widths = glyphs.ink, glyphs.widths
    start, end = ink[:, 0] - glyphs.offsets, ink[:, 2] - glyphs.offsets
    inked = end > start
    return np.where(inked, start, 0), np.where(inked, end, widths)
