"""Scaling along one axis, in integers, so that every machine rounds alike."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mnistseq.core.arrays import Ints, Pixels

_BITS = 16


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
        `images` itself where the size is right already.
    """
    if images.shape[axis] == size:
        return images
    taps, weights = _filter(images.shape[axis], size)
    shape = [1] * images.ndim
    shape[axis] = size
    # Weights add up to 2**16, so that 255 of them and the half for rounding fit in 32 bits.
    total = np.full(
        (*images.shape[:axis], size, *images.shape[axis + 1 :]), 1 << (_BITS - 1), np.int32
    )
    for tap, weight in zip(taps, weights.astype(np.int32), strict=True):
        total += images.take(tap, axis=axis) * weight.reshape(shape)
    return (total >> _BITS).astype(np.uint8)


@lru_cache(maxsize=256)
def _filter(size: int, wanted: int) -> tuple[Ints, Ints]:
    """Input places and their weights for each output pixel: two arrays (taps, wanted)."""
    scale = size / wanted
    support = max(scale, 1.0)
    centres = (np.arange(wanted) + 0.5) * scale
    first = np.floor(centres - support).astype(np.int64)
    taps = first + np.arange(int(2 * support) + 2)[:, None]
    shares = np.maximum(0.0, 1 - np.abs(taps + 0.5 - centres) / support)
    shares[(taps < 0) | (taps >= size)] = 0.0
    weights = np.rint(shares / shares.sum(axis=0) * (1 << _BITS)).astype(np.int64)
    # The weights of a pixel add up to exactly one, so that flat ground stays flat.
    strongest = weights.argmax(axis=0)
    weights[strongest, np.arange(wanted)] += (1 << _BITS) - weights.sum(axis=0)
    return np.clip(taps, 0, size - 1), weights


def scaled_edges(starts: Ints, ends: Ints, size: Ints | int, wanted: int) -> tuple[Ints, Ints]:
    """Where the intervals ``starts`` to ``ends`` lie after scaling, rounded outwards."""
    return starts * wanted // size, -(-ends * wanted // size)


def scaled_reach(starts: Ints, ends: Ints, size: Ints, wanted: int) -> tuple[Ints, Ints]:
    """The pixels that `resample` can touch from those at ``starts`` to ``ends``; empty stays empty."""
    scale = size / wanted
    support = np.where(size == wanted, 0.5, np.maximum(scale, 1.0))
    first = np.floor((starts + 0.5 - support) / scale - 0.5).astype(np.int64) + 1
    last = np.ceil((ends - 0.5 + support) / scale - 0.5).astype(np.int64)
    empty = starts >= ends
    first, last = np.clip(first, 0, wanted), np.clip(last, 0, wanted)
    return np.where(empty, 0, first), np.where(empty, 0, last)
