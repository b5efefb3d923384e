"""Random sequences of labels, each a pure function of seed and index."""

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
        Number of different labels.
    shortest, longest : int
        The range of lengths, both ends included; every length is equally likely.
    balanced : bool
        Each label occurs equally often at each position: exactly once among samples
        ``k * labels`` to ``(k + 1) * labels - 1``, which all have one length.
        Otherwise labels are independent and uniform.
    """

    labels: int
    shortest: int
    longest: int
    balanced: bool = False

    def draw(self, seed: int, start: int, count: int, attempt: int = 0) -> Sequences:
        """Return the sequences of samples `start` to ``start + count - 1``.

        Parameters
        ----------
        seed, start, count : int
        attempt : int
            Each attempt gives other sequences; balanced sequences have only one.
        """
        return self.of(Stream(seed, start, count), attempt)

    def of(self, stream: Stream, attempt: int = 0) -> Sequences:
        """Return the sequences of the samples of a stream."""
        if not self.balanced:
            chances = stream.of(_purpose("label", attempt)).uniform(self.longest)
            codes = (chances * self.labels).astype(np.int64)
            return self._cut(codes, self._lengths(stream, attempt))
        numbers, positions = np.divmod(stream.indices, self.labels)
        different, block = np.unique(numbers, return_inverse=True)
        blocks = Stream.of_indices(stream.seed, different)
        codes = self._decks(blocks)[block * self.labels + positions]
        return self._cut(codes, self._lengths(blocks)[block])

    def _lengths(self, stream: Stream, attempt: int = 0) -> Ints:
        chances = stream.of(_purpose("length", attempt)).uniform(1)[:, 0]
        return self.shortest + (chances * (self.longest - self.shortest + 1)).astype(np.int64)

    def _decks(self, blocks: Stream) -> Ints:
        """Deal each block of samples a shuffled deck of labels for each position."""
        words = blocks.of("deck").words(self.longest * self.labels)
        decks = words.reshape(-1, self.longest, self.labels).argsort(axis=2, kind="stable")
        dealt: Ints = decks.transpose(0, 2, 1).reshape(-1, self.longest)
        return dealt

    def _cut(self, codes: Ints, lengths: Ints) -> Sequences:
        """Cut each row to its length."""
        return Sequences(codes[np.arange(self.longest) < lengths[:, None]], lengths)


def _purpose(name: str, attempt: int) -> str:
    return f"{name}/{attempt}" if attempt else name
