"""Random numbers for every pixel, expanded from one word of the stream per glyph.

Why not NumPy's generators: making one for each glyph takes longer than drawing from
it, and one for a whole batch would make a glyph depend on its batch. This is integer
arithmetic over whole arrays, with equal bits in every batch and on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Words
from mnistseq.core.randomness import GlyphStream

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def expand(seeds: Words, count: int) -> Words:
    """Return the first `count` words of the SplitMix64 generator of each seed.

    Faster than drawing all words from the stream where pictures are large and
    batches small.

    Parameters
    ----------
    seeds : ndarray of uint64, shape (N,)
    count : int

    Returns
    -------
    ndarray of uint64, shape (N, count)

    Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators" (OOPSLA 2014).
    """
    words: Words = seeds[:, None] + np.arange(1, count + 1, dtype=np.uint64) * _STEP
    words ^= words >> np.uint64(30)
    words *= _FIRST
    words ^= words >> np.uint64(27)
    words *= _SECOND
    words ^= words >> np.uint64(31)
    return words


def grain_seeds(stream: GlyphStream) -> Words:
    """Return the seed of each glyph's grain: uint64, shape (N,)."""
    return stream.of("grain").words(1)[:, 0]


def grain8(seeds: Words, height: int, width: int) -> NDArray[np.uint8]:
    """Return a random byte for each pixel of each glyph: shape (N, height, width)."""
    return _cut(seeds, height, width, np.dtype("u1"))


def grain16(seeds: Words, height: int, width: int) -> NDArray[np.uint16]:
    """Return 16 random bits for each pixel of each glyph: shape (N, height, width)."""
    return _cut(seeds, height, width, np.dtype("<u2"))


def _cut(
    seeds: Words, height: int, width: int, dtype: np.dtype[np.unsignedinteger]
) -> NDArray[np.unsignedinteger]:
    size = height * width
    words = expand(seeds, -(-size * dtype.itemsize // 8)).astype("<u8", copy=False)
    return words.view(dtype)[:, :size].reshape(len(words), height, width)
