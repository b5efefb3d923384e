"""Scale painted lines, with their boxes, to a width."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.resample import resample, scaled_edges, scaled_reach


def stretch_images(images: Pixels | list[Pixels], width: int) -> Pixels:
    """Scale every line to `width` pixels; lines are ink on a background of 0."""
    return np.stack([resample(image, 1, width) for image in images])


def stretch_boxes(boxes: tuple[Ints, Ints], widths: Ints, width: int) -> tuple[Ints, Ints]:
    """Scale the boxes of cells and ink with lines of `widths` that are scaled to `width`.

    Scaling blurs ink beyond its box, but not cells.
    """
    cells, inks = boxes
    return (
        _with_columns(cells, scaled_edges(cells[:, 0], cells[:, 2], widths, width)),
        _with_columns(inks, scaled_reach(inks[:, 0], inks[:, 2], widths, width)),
    )


def _with_columns(boxes: Ints, edges: tuple[Ints, Ints]) -> Ints:
    return np.column_stack([edges[0], boxes[:, 1], edges[1], boxes[:, 3]])
