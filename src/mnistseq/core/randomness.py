"""Stream: random words as a pure function of seed, purpose and index.

For each purpose, every sample has a fixed range of a Philox stream keyed by
(seed, purpose). Nothing else that is drawn affects it, so a sample is the same in
every batch, in every process and on every machine.

The range is divided into chunks of `CHUNK_WORDS` words. Chunk *c* of sample *i*
starts at Philox counter ``(i * CHUNK_WORDS / 4, c, 0, 0)``: the chunks of
consecutive samples are adjacent, and one call draws those of a batch.

Only raw words come from NumPy: they are defined by the published algorithm, whereas
the methods of `numpy.random.Generator` may change between releases. The conversion
to numbers is our own, and part of what is guaranteed.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import SupportsIndex

import numpy as np

from mnistseq.core import acceleration
from mnistseq.core.array_types import Floats, Ints, Words
from mnistseq.errors import ArgumentError, ArgumentTypeError

ALGORITHM = 3
"""Version of the drawing algorithm; increased whenever the same call gives other pixels."""

CHUNK_WORDS = 16
MAX_SEED = 2**64 - 1
MAX_INDEX = 2**60 - 1

_WORDS_PER_BLOCK = 4

_SCATTERED = 200
"""Above this ratio of samples in a run to samples wanted, drawing single ones is faster."""

_FEWEST_COMPILED = 8
"""Smallest number of samples for which compiled code is faster, once a process has started it."""

_MOST_KEPT = 1 << 15
"""Largest number of words that are kept for other parts of the same run."""


@lru_cache(maxsize=256)
def _key(seed: int, purpose: str) -> Words:
    """Return the key of a Philox stream: uint64, shape (2,)."""
    digest = blake2b(purpose.encode(), digest_size=8).digest()
    key = np.array([seed, int.from_bytes(digest, "little")], dtype=np.uint64)
    key.flags.writeable = False
    return key


def _draw(seed: int, purpose: str, start: int, count: int, width: int) -> Words:
    key = _key(seed, purpose)
    chunks = []
    for chunk in range(-(-width // CHUNK_WORDS)):
        counter = [start * (CHUNK_WORDS // _WORDS_PER_BLOCK), chunk, 0, 0]
        stream = np.random.Philox(key=key, counter=np.array(counter, dtype=np.uint64))
        chunks.append(stream.random_raw(count * CHUNK_WORDS).reshape(count, CHUNK_WORDS))
    if not chunks:
        return np.empty((count, 0), dtype=np.uint64)
    words = chunks[0] if len(chunks) == 1 else np.concatenate(chunks, axis=1)
    return words[:, :width]


_draw_once = lru_cache(maxsize=16)(_draw)
"""For parts of a run, which draw the same words one after the other."""


def _draw_scattered(seed: int, purpose: str, start: int, rows: Ints, width: int) -> Words:
    """Draw the words of samples far apart, without those in between."""
    key = _key(seed, purpose)
    words = np.empty((len(rows), -(-width // CHUNK_WORDS) * CHUNK_WORDS), dtype=np.uint64)
    for chunk in range(words.shape[1] // CHUNK_WORDS):
        stream = np.random.Philox(key=key, counter=np.array([0, chunk, 0, 0], dtype=np.uint64))
        position, columns = 0, slice(chunk * CHUNK_WORDS, (chunk + 1) * CHUNK_WORDS)
        for row in np.argsort(rows).tolist():
            wanted = start + int(rows[row])
            step = (wanted - position) * (CHUNK_WORDS // _WORDS_PER_BLOCK)
            words[row, columns] = stream.advance(step).random_raw(CHUNK_WORDS)
            position = wanted + 1
    return words[:, :width]


def _whole(value: SupportsIndex, name: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise ArgumentTypeError(f"{name} must be a whole number, not {value!r}") from None


@dataclass(frozen=True)
class Stream:
    """The random words of a run of samples, for one purpose.

    Immutable: repeated calls return the same words. A stream `of` another purpose has
    independent words.

    Parameters
    ----------
    seed : int
        0 to `MAX_SEED`.
    start, count : int
        Samples `start` to ``start + count - 1``.
    purpose : str
        What the words are used for.
    rows : ndarray of int64, optional
        Selected samples, counted from `start`; by default all.
    """

    seed: int
    start: int
    count: int
    purpose: str = ""
    rows: Ints | None = None

    def __post_init__(self) -> None:
        for name in ("seed", "start"):
            object.__setattr__(self, name, _whole(getattr(self, name), name))
        if not 0 <= self.seed <= MAX_SEED:
            raise ArgumentError(f"seed {self.seed} is out of range: take one from 0 to {MAX_SEED}")
        if not 0 <= self.start <= MAX_INDEX - self.count:
            raise ArgumentError(
                f"index {self.start} is out of range: take one from 0 to {MAX_INDEX - self.count}"
            )

    @classmethod
    def of_indices(cls, seed: int, indices: Ints) -> Stream:
        """Return the stream of any samples, in any order: indices are int64, shape (samples,)."""
        start = int(indices.min()) if len(indices) else 0
        return cls(
            seed, start, int(np.ptp(indices)) + 1 if len(indices) else 0, rows=indices - start
        )

    def __len__(self) -> int:
        return self.count if self.rows is None else len(self.rows)

    @property
    def indices(self) -> Ints:
        """Index of each sample: int64, shape (samples,)."""
        return self.start + (np.arange(self.count) if self.rows is None else self.rows)

    def of(self, purpose: str) -> Stream:
        """Return the stream of the same samples for another purpose."""
        return Stream(self.seed, self.start, self.count, purpose, self.rows)

    def at(self, rows: Ints) -> Stream:
        """Return the stream of some of the samples."""
        rows = rows if self.rows is None else self.rows[rows]
        return Stream(self.seed, self.start, self.count, self.purpose, rows)

    def words(self, width: int) -> Words:
        """Return the first `width` words of each sample: uint64, shape (samples, width)."""
        if len(self) >= _FEWEST_COMPILED and acceleration.is_started():
            from mnistseq.core.compiled.randomness import drawn  # imports numba

            return drawn(_key(self.seed, self.purpose), self.indices, width)
        if self.rows is not None and self.count > _SCATTERED * len(self.rows):
            return _draw_scattered(self.seed, self.purpose, self.start, self.rows, width)
        if self.rows is None:
            return _draw(self.seed, self.purpose, self.start, self.count, width)
        size = self.count * max(width, CHUNK_WORDS)
        draw = _draw_once if size <= _MOST_KEPT else _draw
        words: Words = draw(self.seed, self.purpose, self.start, self.count, width)[self.rows]
        return words

    def uniform(self, width: int) -> Floats:
        """Return the same words as numbers: float64 in [0, 1), the top 53 bits of each."""
        return _to_uniform(self.words(width))


@dataclass(frozen=True, eq=False, repr=False)
class GlyphStream:
    """The random words of the glyphs of a batch: each sample's words, divided among its glyphs.

    Attributes
    ----------
    samples : Stream
        Words that all glyphs of a sample share; ``uniform(2)[owner]`` gives each glyph those
        of its sample.
    owner, position : ndarray of int64, shape (N,)
        Index of each glyph's sample, and its position in the sample.
    """

    samples: Stream
    owner: Ints
    position: Ints

    def __len__(self) -> int:
        return len(self.owner)

    def of(self, purpose: str) -> GlyphStream:
        """Return the stream of the same glyphs for another purpose."""
        samples = self.samples.of(f"{self.samples.purpose}/{purpose}")
        return GlyphStream(samples, self.owner, self.position)

    def words(self, width: int) -> Words:
        """Return `width` words of each glyph: uint64, shape (N, width)."""
        positions = int(self.position.max()) + 1
        dealt = self.samples.of(f"{self.samples.purpose}/glyphs").words(positions * width)
        words: Words = dealt.reshape(-1, positions, width)[self.owner, self.position]
        return words

    def uniform(self, width: int) -> Floats:
        """Return the same words as numbers: float64 in [0, 1)."""
        return _to_uniform(self.words(width))


def _to_uniform(words: Words) -> Floats:
    uniform: Floats = (words >> np.uint64(11)) * np.float64(2.0**-53)
    return uniform
