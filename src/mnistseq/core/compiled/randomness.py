"""Compiled version of drawing random words: Philox4x64-10, as NumPy runs it."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Words
from mnistseq.core.compiled.compiler import compiled


def drawn(key: Words, indices: Ints, width: int) -> Words:
    """Return the first words of samples, only as many blocks of four as are wanted: uint64.

    Parameters
    ----------
    key : ndarray of uint64, shape (2,)
    indices : ndarray of int64, shape (B,)
        Index of each sample.
    width : int
        Number of words of each sample.
    """
    words = np.empty((len(indices), -(-width // 4) * 4), np.uint64)
    _draw(key, indices, words)
    return words[:, :width]


@compiled
def _high(one: Any, other: Any) -> Any:
    """Return the upper half of a product of 128 bits."""
    half, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    low, high = one & mask, one >> half
    other_low, other_high = other & mask, other >> half
    middle = high * other_low + ((low * other_low) >> half)
    carried = low * other_high + (middle & mask)
    return high * other_high + (middle >> half) + (carried >> half)


@compiled
def _draw(key: Any, indices: Any, words: Any) -> None:
    one, other = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
    for row in range(len(indices)):
        for block in range(words.shape[1] // 4):
            # NumPy counts up before it draws.
            a = np.uint64(indices[row] * 4 + block % 4 + 1)
            b, c, d = np.uint64(block // 4), np.uint64(0), np.uint64(0)
            first, second = key[0], key[1]
            for _ in range(10):
                left, right = _high(one, a), _high(other, c)
                a, b, c, d = right ^ b ^ first, other * c, left ^ d ^ second, one * a
                first = np.uint64(first + np.uint64(0x9E3779B97F4A7C15))
                second = np.uint64(second + np.uint64(0xBB67AE8584CAA73B))
            start = 4 * block
            words[row, start], words[row, start + 1] = a, b
            words[row, start + 2], words[row, start + 3] = c, d
