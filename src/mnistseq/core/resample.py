"""Scale images along one axis, in integers, so that all machines give equal pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels

Taps: TypeAlias = NDArray[np.int32]

_BITS = 16
_HALF = 1 << (_BITS - 1)

_BLOCK = 1 << 20
"""Pixels scaled at a time, because the 32-bit sums of whole images would take much memory."""


def resample(images: Pixels, axis: int, size: int) -> Pixels:
    """Scale `images` along `axis` to `size` pixels.

    Uses a triangle filter, widened when shrinking so that no pixel is skipped (like
    Pillow's bilinear filter), with weights in 16-bit fixed point.

    Parameters
    ----------
    images : ndarray of uint8
    axis : int
        Not negative.
    size : int
        At least 1.

    Returns
    -------
    ndarray of uint8
        `images` itself if it already has this size.
    """
    if images.shape[axis] == size:
        return images
    taps, weights = _filter(images.shape[axis], size)
    before, after = images.shape[:axis], images.shape[axis + 1 :]
    lines = images.reshape(prod(before), images.shape[axis], prod(after))
    scaled = np.empty((len(lines), size, lines.shape[2]), np.uint8)
    across = max(1, min(lines.shape[2], _BLOCK // size))
    for rows in blocks(len(lines), max(1, _BLOCK // (size * across))):
        for columns in blocks(lines.shape[2], across):
            # Weights add up to 2**16, so sums of products and the rounding term fit in 32 bits.
            total = np.full(scaled[rows, :, columns].shape, _HALF, np.int32)
            for tap, weight in zip(taps, weights.astype(np.int32), strict=True):
                total += lines[rows, :, columns].take(tap, axis=1) * weight[:, None]
            scaled[rows, :, columns] = total >> _BITS
    return scaled.reshape(*before, size, *after)


def resample_each(images: Pixels, widths: Ints, wanted: Ints) -> Pixels:
    """Scale each image from its own width to another, like `resample`.

    Parameters
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
    widths, wanted : ndarray of int64, shape (B,)
        Present and new width of each image; anything to the right of it is padding.

    Returns
    -------
    ndarray of uint8
        As wide as the greatest of the new widths.
    """
    own, taps, weights = filters_of(widths, wanted)
    if len(taps) == 1:
        return resample(images[:, :, : widths[0]], 2, int(wanted[0]))
    channels = (1,) * (images.ndim - 3)
    scaled = np.empty((*images.shape[:2], taps.shape[2], *images.shape[3:]), np.uint8)
    picture = np.arange(len(images))[:, None, None]
    for rows in blocks(images.shape[1], max(1, _BLOCK // (len(images) * taps.shape[2]))):
        row = np.arange(rows.start, rows.stop)[:, None]
        total = np.full(scaled[:, rows].shape, _HALF, np.int32)
        for number in range(taps.shape[1]):
            part = weights[own, number][:, None].reshape(len(images), 1, -1, *channels)
            total += images[picture, row, taps[own, number][:, None]] * part
        scaled[:, rows] = total >> _BITS
    return scaled


def blocks(length: int, size: int) -> Iterator[slice]:
    """Yield consecutive slices of at most `size` that cover `length`."""
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def filters_of(sizes: Ints, wanted: Ints) -> tuple[Ints, Taps, Taps]:
    """Return the filters that scale each line from one size to another.

    Returns
    -------
    own : ndarray of int64, shape (B,)
        The index of each line's filter.
    taps, weights : ndarray of int32, shape (filters, taps, longest wanted)
        As in `resample`, padded with weights of 0.
    """
    longest = int(wanted.max())
    pairs, own = np.unique(sizes * (longest + 1) + wanted, return_inverse=True)
    filters = [_filter(*divmod(pair, longest + 1)) for pair in pairs.tolist()]
    most = max(len(taps) for taps, _ in filters)
    taps, weights = np.zeros((2, len(filters), most, longest), np.int32)
    for number, (some_taps, some_weights) in enumerate(filters):
        count, size = some_taps.shape
        taps[number, :count, :size], weights[number, :count, :size] = some_taps, some_weights
    return own, taps, weights


@lru_cache(maxsize=4096)
def _filter(size: int, wanted: int) -> tuple[Ints, Ints]:
    """Return the input indices and weights of each output pixel: two arrays (taps, wanted)."""
    taps, shares = filter_shares(size, wanted)
    weights = np.rint(shares * (1 << _BITS)).astype(np.int64)
    # The weights of a pixel add up to exactly one, so flat areas stay flat.
    strongest = weights.argmax(axis=0)
    weights[strongest, np.arange(wanted)] += (1 << _BITS) - weights.sum(axis=0)
    return np.clip(taps, 0, size - 1), weights


def filter_shares(size: int, wanted: int) -> tuple[Ints, Floats]:
    """Return the triangle filter as input indices and their weights: two arrays (taps, wanted).

    Indices outside of the input have weight 0.
    """
    scale = size / wanted
    support = max(scale, 1.0)
    centres = (np.arange(wanted) + 0.5) * scale
    first = np.floor(centres - support).astype(np.int64)
    taps = first + np.arange(int(2 * support) + 2)[:, None]
    shares = np.maximum(0.0, 1 - np.abs(taps + 0.5 - centres) / support)
    shares[(taps < 0) | (taps >= size)] = 0.0
    return taps, shares / shares.sum(axis=0)


def inked_columns(peaks: Pixels, height: int, to_height: int, to_width: int) -> tuple[Flags, Flags]:
    """Bound which columns have ink after `resample` has scaled rows, then columns.

    This uses only the strongest ink of each column, so it takes a fraction of the time of
    scaling.

    Parameters
    ----------
    peaks : ndarray of uint8, shape (N, width)
        Strongest ink of each column of each picture.
    height : int
        Height of the pictures in pixels.
    to_height, to_width : int
        New size in pixels.

    Returns
    -------
    certain, possible : ndarray of bool, shape (N, to_width)
        Columns that have ink, and columns that may have some; the others of these have ink so
        faint that rounding may remove it.
    """
    # No row of a column is stronger than its peak, and some row keeps this share of it.
    kept = (peaks * _least_kept(height, to_height) + _HALF) >> _BITS
    possible = resample(peaks, 1, to_width) > 0
    if peaks.shape[1] == to_width:
        return kept > 0, possible
    certain = np.zeros_like(possible)
    for tap, weight in zip(*_filter(peaks.shape[1], to_width), strict=True):
        certain |= kept.take(tap, axis=1) * weight.astype(np.int32) >= _HALF
    return certain, possible


def _least_kept(size: int, wanted: int) -> np.int32:
    """Return the smallest of all input pixels' largest weights."""
    if size == wanted:
        return np.int32(1 << _BITS)
    most = np.zeros(size, dtype=np.int64)
    np.maximum.at(most, *_filter(size, wanted))
    return np.int32(most.min())


def scaled_edges(starts: Ints, ends: Ints, size: Ints | int, wanted: int) -> tuple[Ints, Ints]:
    """Scale the intervals ``starts`` to ``ends``, rounded outwards."""
    return starts * wanted // size, -(-ends * wanted // size)


def scaled_reach(starts: Ints, ends: Ints, size: Ints, wanted: int) -> tuple[Ints, Ints]:
    """Return which output pixels of `resample` depend on the pixels ``starts`` to ``ends``.

    An empty interval stays empty.
    """
    scale = size / wanted
    support = np.where(size == wanted, 0.5, np.maximum(scale, 1.0))
    first = np.floor((starts + 0.5 - support) / scale - 0.5).astype(np.int64) + 1
    last = np.ceil((ends - 0.5 + support) / scale - 0.5).astype(np.int64)
    empty = starts >= ends
    first, last = np.clip(first, 0, wanted), np.clip(last, 0, wanted)
    return np.where(empty, 0, first), np.where(empty, 0, last)
