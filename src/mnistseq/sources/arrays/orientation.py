"""Turning pictures of files that store them transposed, or with dark ink."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Pixels

Polarity: TypeAlias = Literal["light-on-dark", "dark-on-light"]

TRANSPOSE_HELP = "whether images are stored column by column, as EMNIST's are"
POLARITY_HELP = "of ink and ground in the images"


def upright_ink(pixels: Pixels, *, transpose: bool, polarity: Polarity) -> Pixels:
    """Return pictures upright and as ink on ground.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    transpose : bool
        Whether height and width are exchanged in the file.
    polarity : {'light-on-dark', 'dark-on-light'}
        Colours of ink and ground in the file.
    """
    if transpose:
        pixels = np.ascontiguousarray(pixels.swapaxes(1, 2))
    return np.bitwise_not(pixels) if polarity == "dark-on-light" else pixels


def stored_size(
    height: int | None, width: int | None, *, transpose: bool
) -> tuple[int | None, int | None]:
    """Return height and width of images as they are stored."""
    return (width, height) if transpose else (height, width)
