"""How thick the strokes in a picture are."""

from __future__ import annotations

from math import pi

import numpy as np

from mnistseq.core.arrays import Floats, Ints, Pixels


def stroke_widths(ink: Pixels, widths: Ints | None = None) -> Floats:
    """Return the mean thickness of the strokes in pictures, in pixels: float64, shape (B,).

    A long stroke has as much ink as its length times its thickness, and twice its length of
    edge. By A. Cauchy's formula, strokes in all directions cross rows and columns of pixels
    in proportion to their edge. Pictures without ink have thickness 0.

    Parameters
    ----------
    ink : ndarray of uint8, shape (B, height, width)
        0 is the background, 255 the strongest ink.
    widths : ndarray of int64, shape (B,), optional
        Width of each picture, if they differ: what lies right of it is padding.
    """
    if widths is not None:
        ink = np.where(np.arange(ink.shape[2]) < widths[:, None, None], ink, np.uint8(0))
    around = np.pad(ink, ((0, 0), (1, 1), (1, 1))).astype(np.int16)
    area = ink.sum(axis=(1, 2), dtype=np.int64)
    crossings = sum(
        np.abs(np.diff(around, axis=axis)).sum(axis=(1, 2), dtype=np.int64) for axis in (1, 2)
    )
    thickness: Floats = 8 * area / (pi * np.maximum(crossings, 1))
    return thickness
