"""Sequences drawn at random, each a pure function of seed and index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences


@dataclass(frozen=True)
class RandomSequences:
    """Random sequences of labels.

    Parameters
    ----------
    labels : int
        How many labels there are.
    shortest, longest : int
        The range of lengths, both ends included; every length is equally likely.
    balanced : bool
        Each label comes equally often at each place: exactly once among samples
        ``k * labels`` to ``(k + 1) * labels - 1``, which are all of one length.
        Otherwise labels are independent and uniform.
    """

    labels: int
    shortest: int
    longest: int
    balanced: bool = False

    def draw(self, seed: int, start: int, count: int) -> Sequences:
        """The sequences of samples `start` to ``start + count - 1``."""
        stream = Stream(seed, start, count)
        if not self.balanced:
            codes = (stream.of("label").uniform(self.longest) * self.labels).astype(np.int64)
            return self._cut(codes, self._lengths(stream))
        first, last = start // self.labels, (start + count - 1) // self.labels
        blocks = Stream(seed, first, last - first + 1)
        mine = slice(start - first * self.labels, start - first * self.labels + count)
        lengths = np.repeat(self._lengths(blocks), self.labels)
        return self._cut(self._decks(blocks)[mine], lengths[mine])

    def _lengths(self, stream: Stream) -> Ints:
        chances = stream.of("length").uniform(1)[:, 0]
        return self.shortest + (chances * (self.longest - self.shortest + 1)).astype(np.int64)

    def _decks(self, blocks: Stream) -> Ints:
        """Deal each block of samples a shuffled deck of labels for each place."""
        words = blocks.of("deck").words(self.longest * self.labels)
        decks = words.reshape(-1, self.longest, self.labels).argsort(axis=2, kind="stable")
        dealt: Ints = decks.transpose(0, 2, 1).reshape(-1, self.longest)
        return dealt

    def _cut(self, codes: Ints, lengths: Ints) -> Sequences:
        """The first so many of each row, flat."""
        return Sequences(codes[np.arange(self.longest) < lengths[:, None]], lengths)
