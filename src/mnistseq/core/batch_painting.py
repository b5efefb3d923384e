"""Painting a batch of lines, a stripe of the batch at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.glyph_selection import SelectedGlyphs
from mnistseq.core.layout import Layout
from mnistseq.core.painting import paint
from mnistseq.core.sequences import Sequences

_STRIPE_BYTES = 1_500_000
"""How much of the images is painted at a time: what stays in a core's cache."""


def paint_batch(
    sequences: Sequences, picked: SelectedGlyphs, layout: Layout, *, apart: bool, dark: bool
) -> Pixels | list[Pixels]:
    """Paint every line of a batch.

    Parameters
    ----------
    sequences : Sequences
    picked : SelectedGlyphs
    layout : Layout
    apart : bool
        Whether no two cells overlap.
    dark : bool
        Ink black on white; otherwise white on black.

    Returns
    -------
    ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        A list of B arrays where widths differ.
    """
    widths = layout.widths
    shape = picked.pool.pixels.shape

    def sheet(number: int, width: int) -> Pixels:
        return np.empty((number, shape[1], width, *shape[3:]), np.uint8)

    alike = bool((widths == widths[0]).all())
    images: Pixels | list[Pixels] = sheet(len(widths), int(widths[0])) if alike else []
    # Where every cell is its whole picture, pictures overlap only if cells do.
    apart = apart and bool((layout.cell_widths == shape[2]).all())
    left = layout.x - picked.offsets
    for rows, part in _stripes(sequences, widths, shape[1] * int(np.prod(shape[3:]))):
        glyphs = picked.pixels(part)
        if dark:
            np.bitwise_not(glyphs, out=glyphs)
        owner = np.repeat(np.arange(rows.stop - rows.start), sequences.lengths[rows])
        if isinstance(images, np.ndarray):
            lines = images[rows]
        else:
            lines = sheet(rows.stop - rows.start, int(widths[rows].max()))
        paint(glyphs, owner, left[part], lines, apart=apart, ground=255 if dark else 0)
        if isinstance(images, list):
            images += [
                np.ascontiguousarray(line[:, :width])
                for line, width in zip(lines, widths[rows].tolist(), strict=True)
            ]
    return images


def _stripes(sequences: Sequences, widths: Ints, height: int) -> Iterator[tuple[slice, slice]]:
    """Cut a batch in runs of samples that are painted together: (samples, their glyphs)."""
    each = max(1, _STRIPE_BYTES // (int(widths.max()) * height))
    ends = np.cumsum(sequences.lengths)
    starts = ends - sequences.lengths
    for first in range(0, len(widths), each):
        last = min(first + each, len(widths)) - 1
        yield slice(first, last + 1), slice(int(starts[first]), int(ends[last]))
