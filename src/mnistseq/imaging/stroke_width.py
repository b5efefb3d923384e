"""Measuring how thick the strokes in a picture are."""

from __future__ import annotations

from math import pi

import numpy as np

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.imaging.patterns import blocks


def stroke_widths(pictures: Pixels, widths: Ints | None = None, paper: int = 0) -> Floats:
    """Return the mean thickness of the strokes in pictures, in pixels: float64, shape (B,).

    A long stroke has as much ink as its length times its thickness, and twice its length of
    edge. By A. Cauchy's formula, strokes in all directions cross rows and columns of pixels
    in proportion to their edge. Pictures without ink have thickness 0.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (B, height, width)
    widths : ndarray of int64, shape (B,), optional
        Width of each picture, if they differ: what lies right of it is padding.
    paper : {0, 255}
        The background; the other one is the strongest ink.
    """
    if widths is None:
        widths = np.full(len(pictures), pictures.shape[2])
    area, crossings = ink_and_edges(pictures, widths, paper).T
    thickness: Floats = 8 * area / (pi * np.maximum(crossings, 1))
    return thickness


@accelerated("stroke_width")
def ink_and_edges(pictures: Pixels, widths: Ints, paper: int) -> Ints:
    """Return the ink of each picture, and how much its edges differ: int64, shape (B, 2).

    Edges are between pixels of a row, of a column, and at the borders of the picture.
    """
    result = np.zeros((len(pictures), 2), dtype=np.int64)
    for block in blocks(pictures, widths):
        own = (block.of(pictures) ^ np.uint8(paper)) * block.inside()
        around = np.pad(own, ((0, 0), (1, 1), (1, 1)))
        result[block.rows, 0] = own.sum(axis=(1, 2), dtype=np.int64)
        for low, high in (
            (around[:, :-1], around[:, 1:]),
            (around[:, :, :-1], around[:, :, 1:]),
        ):
            steps = np.maximum(low, high) - np.minimum(low, high)
            result[block.rows, 1] += steps.sum(axis=(1, 2), dtype=np.int64)
    return result
