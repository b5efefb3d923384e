"""Scaling along one axis, in integers, so that every machine rounds to the same pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Flags, Floats, Ints, Pixels

Taps: TypeAlias = NDArray[np.int32]

_BITS = 16
_HALF = 1 << (_BITS - 1)

_BLOCK = 1 << 20
"""Pixels that are scaled at a time: sums of 32 bits of whole images would take eight times theirs."""


def resample(images: Pixels, axis: int, size: int) -> Pixels:
    """Scale `images` along `axis` to `size` pixels.

    A triangle filter, widened when shrinking so that no column is skipped
    (what Pillow calls bilinear). Weights are 16-bit fixed point.

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
        `images` itself if it has this size already.
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
            # Weights add up to 2**16, so that 255 of them and the half for rounding fit in 32 bits.
            total = np.full(scaled[rows, :, columns].shape, _HALF, np.int32)
            for tap, weight in zip(taps, weights.astype(np.int32), strict=True):
                total += lines[rows, :, columns].take(tap, axis=1) * weight[:, None]
            scaled[rows, :, columns] = total >> _BITS
    return scaled.reshape(*before, size, *after)


def resample_each(images: Pixels, widths: Ints, wanted: Ints) -> Pixels:
    """Scale each image from its own width to another one, as `resample` does.

    Parameters
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
    widths, wanted : ndarray of int64, shape (B,)
        What lies right of an image's width is padding.

    Returns
    -------
    ndarray of uint8
        As wide as the widest of those wanted.
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
    """Yield slices of `size` or less that follow each other up to `length`."""
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def filters_of(sizes: Ints, wanted: Ints) -> tuple[Ints, Taps, Taps]:
    """Return the filters that scale lines from each size to another.

    Returns
    -------
    own : ndarray of int64, shape (B,)
        The index of each line's filter.
    taps, weights : ndarray of int32, shape (filters, taps, longest wanted)
        As those of `resample`, filled up with weights of 0.
    """
    pairs, own = np.unique(np.stack([sizes, wanted]), axis=1, return_inverse=True)
    filters = [_filter(*pair) for pair in pairs.T.tolist()]
    most = max(len(taps) for taps, _ in filters)
    result = np.zeros((2, len(filters), most, int(wanted.max())), np.int32)
    for number, pair in enumerate(filters):
        result[:, number, : pair[0].shape[0], : pair[0].shape[1]] = pair
    return own.ravel(), result[0], result[1]


@lru_cache(maxsize=4096)
def _filter(size: int, wanted: int) -> tuple[Ints, Ints]:
    """Return the input indices and weights of each output pixel: two arrays (taps, wanted)."""
    taps, shares = filter_shares(size, wanted)
    weights = np.rint(shares * (1 << _BITS)).astype(np.int64)
    # The weights of a pixel add up to exactly one, so that a flat area stays flat.
    strongest = weights.argmax(axis=0)
    weights[strongest, np.arange(wanted)] += (1 << _BITS) - weights.sum(axis=0)
    return np.clip(taps, 0, size - 1), weights


def filter_shares(size: int, wanted: int) -> tuple[Ints, Floats]:
    """Return the triangle filter as input indices and their shares: two arrays (taps, wanted).

    Indices outside the input have a share of 0.
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
    """Bound which columns have ink once `resample` has scaled rows, then columns.

    Only the strongest ink of each column is looked at, so this takes a fraction
    of the time of scaling.

    Parameters
    ----------
    peaks : ndarray of uint8, shape (N, width)
        The strongest ink of each column of each picture.
    height : int
        Height of the pictures in pixels.
    to_height, to_width : int
        Size that they are scaled to, in pixels.

    Returns
    -------
    certain, possible : ndarray of bool, shape (N, to_width)
        Columns that have ink, and columns that may have some. A column that is
        only possible has ink fainter than rounding can tell from this little.
    """
    # No row of a column is stronger than its peak, and one row keeps this share of it.
    kept = (peaks * _least_kept(height, to_height) + _HALF) >> _BITS
    possible = resample(peaks, 1, to_width) > 0
    if peaks.shape[1] == to_width:
        return kept > 0, possible
    certain = np.zeros_like(possible)
    for tap, weight in zip(*_filter(peaks.shape[1], to_width), strict=True):
        certain |= kept.take(tap, axis=1) * weight.astype(np.int32) >= _HALF
    return certain, possible


def _least_kept(size: int, wanted: int) -> np.int32:
    """Least weight, over all input pixels, of the output pixel that each counts most in."""
    if size == wanted:
        return np.int32(1 << _BITS)
    most = np.zeros(size, dtype=np.int64)
    np.maximum.at(most, *_filter(size, wanted))
    return np.int32(most.min())


def scaled_edges(starts: Ints, ends: Ints, size: Ints | int, wanted: int) -> tuple[Ints, Ints]:
    """Return where the intervals ``starts`` to ``ends`` lie after scaling, rounded outwards."""
    return starts * wanted // size, -(-ends * wanted // size)


def scaled_reach(starts: Ints, ends: Ints, size: Ints, wanted: int) -> tuple[Ints, Ints]:
    """Return the pixels that `resample` can change because of those at ``starts`` to ``ends``.

    An empty interval stays empty.
    """
    scale = size / wanted
    support = np.where(size == wanted, 0.5, np.maximum(scale, 1.0))
    first = np.floor((starts + 0.5 - support) / scale - 0.5).astype(np.int64) + 1
    last = np.ceil((ends - 0.5 + support) / scale - 0.5).astype(np.int64)
    empty = starts >= ends
    first, last = np.clip(first, 0, wanted), np.clip(last, 0, wanted)
    return np.where(empty, 0, first), np.where(empty, 0, last)
