"""A batch of lines → images, a stripe of the batch at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.compose import paint
from mnistseq.core.layout import Layout
from mnistseq.core.picked import Picked
from mnistseq.core.resample import resample, scaled_edges, scaled_reach
from mnistseq.core.sequences import Sequences

_STRIPE_BYTES = 1_500_000
"""How much of the images is painted at a time: what stays in a core's cache."""


def draw_lines(
    sequences: Sequences,
    picked: Picked,
    layout: Layout,
    *,
    apart: bool,
    stretch_to: int | None,
    dark: bool,
) -> Pixels | list[Pixels]:
    """Paint every line of a batch.

    Parameters
    ----------
    sequences : Sequences
    picked : Picked
    layout : Layout
    apart : bool
        Whether no two cells overlap.
    stretch_to : int or None
        Width in pixels to which each line is scaled.
    dark : bool
        Ink black on white; otherwise white on black.

    Returns
    -------
    ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        A list of B arrays where widths differ.
    """
    widths = layout.widths if stretch_to is None else np.full_like(layout.widths, stretch_to)
    shape = picked.pool.pixels.shape
    images: Pixels | list[Pixels] = [np.empty(0, np.uint8)] * len(widths)
    alike = bool((widths == widths[0]).all())
    if alike:
        images = np.empty((len(widths), shape[1], int(widths[0]), *shape[3:]), np.uint8)
    # Where every cell is its whole picture, pictures overlap only if cells do.
    apart = apart and bool((layout.cell_widths == shape[2]).all())
    left = layout.x - picked.offsets
    for rows, part in _stripes(sequences, layout.widths, shape[1] * int(np.prod(shape[3:]))):
        owner = np.repeat(np.arange(rows.stop - rows.start), sequences.lengths[rows])
        size = rows.stop - rows.start, int(layout.widths[rows].max())
        ink = paint(picked.pixels(part), owner, left[part], size, apart=apart)
        if alike and stretch_to is None:
            _tone(ink, dark, images[rows])  # type: ignore[arg-type]  # an array, for they are alike
            continue
        for row in range(rows.start, rows.stop):
            line = ink[row - rows.start, :, : layout.widths[row]]
            if stretch_to is not None:
                line = resample(line, 1, stretch_to)
            images[row] = _tone(line, dark)
    return images


def stretch_boxes(boxes: Ints, widths: Ints, stretch_to: int) -> Ints:
    """Boxes of cells on lines of `widths`, after `draw_lines` has scaled these."""
    return _with_columns(boxes, scaled_edges(boxes[:, 0], boxes[:, 2], widths, stretch_to))


def stretch_ink_boxes(boxes: Ints, widths: Ints, stretch_to: int) -> Ints:
    """The same for boxes of ink, which scaling smooths outwards."""
    return _with_columns(boxes, scaled_reach(boxes[:, 0], boxes[:, 2], widths, stretch_to))


def _with_columns(boxes: Ints, edges: tuple[Ints, Ints]) -> Ints:
    return np.column_stack([edges[0], boxes[:, 1], edges[1], boxes[:, 3]])


def _tone(ink: Pixels, dark: bool, out: Pixels | None = None) -> Pixels:
    """Ink → pixels of the image, 0 black and 255 white."""
    return np.bitwise_not(ink, out=out) if dark else np.positive(ink, out=out)


def _stripes(sequences: Sequences, widths: Ints, height: int) -> Iterator[tuple[slice, slice]]:
    """Cut a batch in runs of samples that are painted together: (samples, their glyphs)."""
    each = max(1, _STRIPE_BYTES // (int(widths.max()) * height))
    ends = np.cumsum(sequences.lengths)
    starts = ends - sequences.lengths
    for first in range(0, len(widths), each):
        last = min(first + each, len(widths)) - 1
        yield slice(first, last + 1), slice(int(starts[first]), int(ends[last]))
