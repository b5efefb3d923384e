"""Normalise pictures that are stored transposed or with dark ink."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Pixels

Polarity: TypeAlias = Literal["light-on-dark", "dark-on-light"]

TRANSPOSE_HELP = "whether images are stored column by column, as EMNIST's are"
POLARITY_HELP = "polarity of ink and background in the images"


def upright_ink(pixels: Pixels, *, transpose: bool, polarity: Polarity) -> Pixels:
    """Return pictures upright, with ink on a background of 0.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    transpose : bool
        Whether height and width are swapped in the file.
    polarity : {'light-on-dark', 'dark-on-light'}
        Polarity of ink and background in the file.
    """
    if transpose:
        pixels = np.ascontiguousarray(pixels.swapaxes(1, 2))
    return np.bitwise_not(pixels) if polarity == "dark-on-light" else pixels


def stored_size(
    height: int | None, width: int | None, *, transpose: bool
) -> tuple[int | None, int | None]:
    """Return height and width of images as stored."""
    return (width, height) if transpose else (height, width)
