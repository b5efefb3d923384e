"""Random sequences of labels: the base class of all laws, and uniform sequences."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences

LawName: TypeAlias = Literal["uniform", "amounts", "weights"]


class SequenceLaw(ABC):
    """A law by which random sequences are drawn; each depends only on seed and index.

    Attributes
    ----------
    name : str
        Name of the law in manifests.
    labels : int
        Number of labels of the source.
    balanced : bool
        Whether each label occurs equally often at each position.
    """

    name: ClassVar[LawName]
    labels: int
    balanced: bool = False

    @property
    @abstractmethod
    def lengths(self) -> Sequence[int]:
        """All possible lengths, in ascending order."""

    @property
    @abstractmethod
    def codes(self) -> Collection[int]:
        """Codes of all labels that may occur."""

    @abstractmethod
    def of(self, stream: Stream, attempt: int = 0) -> Sequences:
        """Return the sequences of the samples of a stream.

        Parameters
        ----------
        stream : Stream
        attempt : int
            Each attempt gives different sequences; balanced sequences allow only one.
        """

    def draw(self, seed: int, start: int, count: int, attempt: int = 0) -> Sequences:
        """Return the sequences of samples `start` to ``start + count - 1``; for `attempt` see `of`."""
        return self.of(Stream(seed, start, count), attempt)


@dataclass(frozen=True)
class RandomSequences(SequenceLaw):
    """Random sequences of labels.

    Parameters
    ----------
    labels : int
        Number of different labels.
    shortest, longest : int
        The range of lengths, both ends included; every length is equally likely.
    balanced : bool
        Whether each label occurs equally often at each position: exactly once among samples
        ``k * labels`` to ``(k + 1) * labels - 1``, which all have the same length.
        Otherwise labels are independent and uniform.
    """

    name: ClassVar[LawName] = "uniform"

    labels: int
    shortest: int
    longest: int
    balanced: bool = False

    @property
    def lengths(self) -> Sequence[int]:
        """Every length of the range."""
        return range(self.shortest, self.longest + 1)

    @property
    def codes(self) -> Collection[int]:
        """All labels."""
        return range(self.labels)

    def of(self, stream: Stream, attempt: int = 0) -> Sequences:
        """Return the sequences of the samples of a stream."""
        if not self.balanced:
            chances = stream.of(purpose("label", attempt)).uniform(self.longest)
            codes = (chances * self.labels).astype(np.int64)
            return self._cut(codes, self._lengths(stream, attempt))
        numbers, positions = np.divmod(stream.indices, self.labels)
        different, block = np.unique(numbers, return_inverse=True)
        blocks = Stream.of_indices(stream.seed, different)
        codes = self._decks(blocks)[block * self.labels + positions]
        return self._cut(codes, self._lengths(blocks)[block])

    def _lengths(self, stream: Stream, attempt: int = 0) -> Ints:
        return draw_lengths(stream, self.shortest, self.longest, attempt)

    def _decks(self, blocks: Stream) -> Ints:
        """Shuffle a deck of all labels for each position of each block of samples."""
        words = blocks.of("deck").words(self.longest * self.labels)
        decks = words.reshape(-1, self.longest, self.labels).argsort(axis=2, kind="stable")
        dealt: Ints = decks.transpose(0, 2, 1).reshape(-1, self.longest)
        return dealt

    def _cut(self, codes: Ints, lengths: Ints) -> Sequences:
        """Truncate each row to its length."""
        return Sequences(codes[np.arange(self.longest) < lengths[:, None]], lengths)


def draw_lengths(stream: Stream, shortest: int, longest: int, attempt: int) -> Ints:
    """Draw a length for each sample, uniform over a range: int64, shape (samples,)."""
    chances = stream.of(purpose("length", attempt)).uniform(1)[:, 0]
    return shortest + (chances * (longest - shortest + 1)).astype(np.int64)


def purpose(name: str, attempt: int) -> str:
    """Return the purpose of the random words of an attempt."""
    return f"{name}/{attempt}" if attempt else name
