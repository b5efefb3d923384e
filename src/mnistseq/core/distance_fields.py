"""Distance fields of pen paths: their scale, and interpolation in whole numbers.

A cell is always `UNITS` units high, whatever the height at which it is drawn.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.resample import filter_shares

UNITS = 28
FIELD_HEIGHT = 56
"""Rows of every field."""

STEPS = 32
"""Steps of distance in a unit; neighbouring pixels differ by up to `SLOPE` steps, plus rounding."""

SLOPE = STEPS * UNITS // FIELD_HEIGHT

FAR = 255
"""Value of pixels at this distance from the path or farther: about 8 units."""

ON_PATH = SLOPE
"""Pixels with a smaller value are on the path."""

FINE = 256
"""Subdivisions of a step in interpolated distances."""

_WEIGHTS = 16  # of a row, and of a column: together FINE

Distances = NDArray[np.uint16]


def interpolate(fields: Pixels, height: int, width: int) -> Distances:
    """Scale distance fields with a triangle filter.

    Parameters
    ----------
    fields : ndarray of uint8, shape (N, FIELD_HEIGHT, W)
    height, width : int
        In pixels.

    Returns
    -------
    ndarray of uint16, shape (N, width, height)
        Columns first; distances in units of a step / `FINE`.
    """
    return along(np.ascontiguousarray(along(fields, height).transpose(0, 2, 1)), width)


def along(values: NDArray[np.unsignedinteger], size: int) -> Distances:
    """Scale the second axis to `size`; the result is 16 times as large."""
    if values.shape[1] == size:
        same: Distances = np.multiply(values, np.uint16(_WEIGHTS))
        return same
    taps, weights = filter_of(values.shape[1], size)
    weights = weights.reshape(*weights.shape, *[1] * (values.ndim - 2))
    total: Distances = values.take(taps[0], axis=1) * weights[0]
    for tap, weight in zip(taps[1:], weights[1:], strict=True):
        total += values.take(tap, axis=1) * weight
    return total


@lru_cache(maxsize=256)
def filter_of(size: int, wanted: int) -> tuple[Ints, Distances]:
    """Return the input indices and weights of each output pixel: two arrays (taps, wanted)."""
    taps, shares = filter_shares(size, wanted)
    # Differences of rounded cumulative sums are never negative, and add up to exactly 16.
    sums = np.rint(np.cumsum(shares, axis=0) * _WEIGHTS).astype(np.int64)
    weights = np.diff(sums, axis=0, prepend=0)
    used = weights.any(axis=1)
    return np.clip(taps[used], 0, size - 1), weights[used].astype(np.uint16)


def nearest_in_columns(fields: Pixels, height: int, width: int) -> tuple[Ints, Ints]:
    """Bound the smallest distance in each column of the result of `interpolate`.

    This uses only the smallest value of each column, so it takes a fraction of the time.

    Returns
    -------
    low, high : ndarray of int64, shape (N, width)
        In steps / `FINE`.
    """
    nearest = fields.min(axis=1)
    low = along(nearest, width).astype(np.int64) * _WEIGHTS
    taps, weights = filter_of(fields.shape[2], width)
    main = taps[weights.argmax(axis=0), np.arange(width)]
    aside = (weights * np.abs(taps - main)).sum(axis=0)
    taps, weights = filter_of(FIELD_HEIGHT, height)
    rows = np.arange(FIELD_HEIGHT)[:, None, None]
    beside = int((weights * np.abs(taps - rows)).sum(axis=1).min(axis=1).max())
    # The smallest value of the column with the largest weight, plus how much distances can grow.
    away = (aside + beside) * (SLOPE * FINE // _WEIGHTS)
    away += np.where(away > 0, FINE, 0)
    return low, nearest[:, main].astype(np.int64) * FINE + away
