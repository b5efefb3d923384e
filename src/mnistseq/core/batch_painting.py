"""Painting a batch of lines, a few samples at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.glyph_cells import SelectedGlyphs
from mnistseq.core.layout import Layout
from mnistseq.core.painting import paint
from mnistseq.core.sequences import Sequences

_GROUP_BYTES = 1_500_000
"""Size of the images that are painted at a time: what stays in a core's cache."""


def paint_batch(
    sequences: Sequences, glyphs: SelectedGlyphs, layout: Layout, *, disjoint: bool, dark: bool
) -> Pixels | list[Pixels]:
    """Paint every line of a batch.

    Parameters
    ----------
    sequences : Sequences
    glyphs : SelectedGlyphs
    layout : Layout
    disjoint : bool
        Whether no two cells overlap.
    dark : bool
        Whether ink is black on white; otherwise it is white on black.

    Returns
    -------
    ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        A list of B arrays where widths differ.
    """
    widths = layout.widths
    shape = glyphs.pool.pixels.shape
    height = layout.canvas_height or shape[1]

    def empty_images(number: int, width: int) -> Pixels:
        return np.empty((number, height, width, *shape[3:]), np.uint8)

    one_width = bool((widths == widths[0]).all())
    images: Pixels | list[Pixels] = empty_images(len(widths), int(widths[0])) if one_width else []
    # Pictures wider than their cells may overlap where cells do not.
    disjoint = disjoint and bool((layout.cell_widths == shape[2]).all())
    left = layout.x - glyphs.offsets
    for samples, part in _groups(sequences, widths, height * int(np.prod(shape[3:]))):
        pictures = glyphs.pixels(part)
        if dark:
            np.bitwise_not(pictures, out=pictures)
        owner = np.repeat(np.arange(samples.stop - samples.start), sequences.lengths[samples])
        if isinstance(images, np.ndarray):
            lines = images[samples]
        else:
            lines = empty_images(samples.stop - samples.start, int(widths[samples].max()))
        background = 255 if dark else 0
        top = layout.y if isinstance(layout.y, int) else layout.y[part]
        paint(pictures, owner, left[part], lines, disjoint=disjoint, background=background, top=top)
        if isinstance(images, list):
            images += [
                np.ascontiguousarray(line[:, :width])
                for line, width in zip(lines, widths[samples].tolist(), strict=True)
            ]
    return images


def _groups(sequences: Sequences, widths: Ints, column_bytes: int) -> Iterator[tuple[slice, slice]]:
    """Yield runs of samples that are painted together: (samples, their glyphs)."""
    each = max(1, _GROUP_BYTES // (int(widths.max()) * column_bytes))
    ends = np.cumsum(sequences.lengths)
    starts = ends - sequences.lengths
    for first in range(0, len(widths), each):
        last = min(first + each, len(widths)) - 1
        yield slice(first, last + 1), slice(int(starts[first]), int(ends[last]))
