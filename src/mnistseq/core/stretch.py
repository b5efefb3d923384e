"""Stretching finished lines to a width, and their boxes with them."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.resample import resample, scaled_edges, scaled_reach


def stretch_images(images: Pixels | list[Pixels], stretch_to: int) -> Pixels:
    """Scale every line to `stretch_to` pixels of width: ink on ground 0, as it was drawn."""
    return np.stack([resample(image, 1, stretch_to) for image in images])


def stretch_boxes(boxes: tuple[Ints, Ints], widths: Ints, stretch_to: int) -> tuple[Ints, Ints]:
    """Boxes of cells and of ink on lines of `widths`, after `stretch_images` has scaled these.

    Scaling smooths ink outwards, cells not.
    """
    cells, inks = boxes
    return (
        _with_columns(cells, scaled_edges(cells[:, 0], cells[:, 2], widths, stretch_to)),
        _with_columns(inks, scaled_reach(inks[:, 0], inks[:, 2], widths, stretch_to)),
    )


def _with_columns(boxes: Ints, edges: tuple[Ints, Ints]) -> Ints:
    return np.column_stack([edges[0], boxes[:, 1], edges[1], boxes[:, 3]])
