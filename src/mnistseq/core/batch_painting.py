"""Paint a batch of lines, a few samples at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.glyph_cells import SelectedGlyphs
from mnistseq.core.layout import Layout
from mnistseq.core.painting import paint
from mnistseq.core.resample import blocks
from mnistseq.core.sequences import Sequences

_GROUP_BYTES = 1_500_000
"""Size of the images painted at a time; they should fit a core's cache."""

_STRIP_BYTES = 16_000_000
"""Larger lines are painted in strips of this size."""


def paint_batch(
    sequences: Sequences,
    glyphs: SelectedGlyphs,
    layout: Layout,
    *,
    disjoint: bool,
    dark: bool,
    shared: bool = False,
    strip_bytes: int = _STRIP_BYTES,
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
    shared : bool
        Whether images that differ in width may share memory, which saves a copy.
    strip_bytes : int
        Larger lines are painted in strips of this size.

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
    # Pictures may be wider than their cells, and overlap although the cells do not.
    disjoint = disjoint and bool((layout.cell_widths == shape[2]).all())
    left = layout.x - glyphs.offsets
    for samples, part in _groups(sequences, widths, height * int(np.prod(shape[3:]))):
        owner = np.repeat(np.arange(samples.stop - samples.start), sequences.lengths[samples])
        if isinstance(images, np.ndarray):
            lines = images[samples]
        else:
            lines = empty_images(samples.stop - samples.start, int(widths[samples].max()))
        background = 255 if dark else 0
        top = layout.y if isinstance(layout.y, int) else layout.y[part]
        for rows, canvas, y in _strips(lines, shape[1], top, background, strip_bytes):
            pictures = glyphs.pixels(part, rows)
            if dark:
                np.bitwise_not(pictures, out=pictures)
            paint(
                pictures, owner, left[part], canvas, disjoint=disjoint, background=background, top=y
            )
        if isinstance(images, list):
            own = zip(lines, widths[samples].tolist(), strict=True)
            cut = [line[:, :width] for line, width in own]
            images += cut if shared else map(np.ascontiguousarray, cut)
    return images


def _strips(
    lines: Pixels, height: int, top: Ints | int, background: int, strip_bytes: int
) -> Iterator[tuple[slice | None, Pixels, Ints | int]]:
    """Yield rows of the glyphs, the part of the images to paint them on, and their top row there.

    None means all rows. A single large line is painted in strips to limit how much of its
    glyphs is copied.
    """
    if len(lines) > 1 or lines.nbytes <= strip_bytes:
        yield None, lines, top
        return
    lines.fill(background)
    first = int(np.max(top))  # the same for each glyph of a line
    for rows in blocks(height, max(1, strip_bytes * height // lines.nbytes)):
        yield rows, lines[:, first + rows.start : first + rows.stop], 0


def _groups(sequences: Sequences, widths: Ints, column_bytes: int) -> Iterator[tuple[slice, slice]]:
    """Yield runs of samples that are painted together: (samples, their glyphs)."""
    each = max(1, _GROUP_BYTES // (int(widths.max()) * column_bytes))
    ends = np.cumsum(sequences.lengths)
    starts = ends - sequences.lengths
    for first in range(0, len(widths), each):
        last = min(first + each, len(widths)) - 1
        yield slice(first, last + 1), slice(int(starts[first]), int(ends[last]))
