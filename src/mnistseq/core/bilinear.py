"""Bilinear interpolation between pixels, in integers.

Coordinates are rounded once, to units of ``1 / ONE`` pixel, and everything after that is exact:
equal maps give equal pixels in every batch and on every machine.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Floats, Pixels

Coordinates: TypeAlias = NDArray[np.int32]
Quads: TypeAlias = NDArray[np.uint32]

ONE = 1 << 16
"""One pixel in the fixed point of coordinates."""

LIMIT = (1 << 30) - 1
"""Greatest part of a coordinate; the sum of two fits in 32 bits."""

_PAIR = np.uint32(0x00FF00FF)


def in_fixed_point(matrices: Floats) -> Floats:
    """Return affine maps in units of ``1 / ONE`` pixel, not yet rounded: see `coordinates`."""
    fixed: Floats = np.clip(matrices, -ONE / 4, ONE / 4) * ONE
    return fixed


def coordinates(fixed: Floats, height: int, width: int) -> tuple[Coordinates, Coordinates]:
    """Return what each row and each column adds to coordinates x, y: shape (N, 2, …) each.

    They are rounded once, so that errors do not accumulate.
    """
    columns = fixed[:, :, :1] * np.arange(width)
    rows = fixed[:, :, 1:2] * np.arange(height) + fixed[:, :, 2:]
    across, down = (
        np.rint(np.clip(part, -LIMIT, LIMIT)).astype(np.int32) for part in (columns, rows)
    )
    return down, across


def quads_of(images: Pixels) -> Quads:
    """Pack each pixel and its right, lower and lower right neighbour in a word: one gather, not four."""
    count, height, width = images.shape
    padded = np.zeros((count, height + 3, width + 3), np.uint32)
    padded[:, 1:-2, 1:-2] = images
    flat = padded.reshape(-1)
    pairs = np.zeros_like(flat)
    np.left_shift(flat[1:], 8, out=pairs[:-1])
    pairs |= flat
    stride = width + 3
    np.left_shift(pairs[stride:], 16, out=flat[:-stride])
    flat[-stride:] = 0
    flat |= pairs
    return flat


def between(quads: Quads, x: Coordinates, y: Coordinates, size: tuple[int, int]) -> Quads:
    """Interpolate between the pixels of pictures at each coordinate; they are 0 outside.

    Parameters
    ----------
    quads : ndarray of uint32
        The pictures, see `quads_of`.
    x, y : ndarray of int32, shape (N, …)
        Coordinates in each picture, in units of ``1 / ONE`` pixel.
    size : tuple of int
        Height and width of the pictures.

    Returns
    -------
    ndarray of uint32, shape (N, …)
        In units of ``1 / ONE``.
    """
    height, width = size
    x = np.clip(x, -ONE, width * ONE)
    y = np.clip(y, -ONE, height * ONE)
    index = y >> 16
    index *= width + 3
    index += x >> 16
    first = np.arange(len(x), dtype=np.int32) * ((height + 3) * (width + 3)) + (width + 4)
    index.reshape(len(x), -1)[:] += first[:, None]
    quad = quads.take(index, mode="clip")
    x >>= 8
    x &= 255
    y >>= 8
    y &= 255
    # The halves of a word hold a pixel of the upper and of the lower row. A difference may borrow
    # from the upper half; the sum at the end returns it.
    left = quad & _PAIR
    quad >>= np.uint32(8)
    quad &= _PAIR
    quad -= left
    quad *= x.view(np.uint32)
    left <<= np.uint32(8)
    quad += left
    upper = np.bitwise_and(quad, np.uint32(0xFFFF), out=left)
    quad >>= np.uint32(16)
    quad -= upper
    quad *= y.view(np.uint32)
    upper <<= np.uint32(8)
    quad += upper
    return quad
