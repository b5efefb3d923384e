"""Random sequences from a weighted list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import ClassVar

import numpy as np

from mnistseq.core.array_types import Floats
from mnistseq.core.random_sequences import LawName, SequenceLaw, purpose
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences


@dataclass(frozen=True)
class WeightedSequences(SequenceLaw):
    """Sequences drawn from a list in proportion to their weights.

    Parameters
    ----------
    labels : int
        Number of labels of the source.
    sequences : tuple of tuple of int
        Codes of the labels of each sequence.
    weights : tuple of float
        Above 0, one for each sequence.
    """

    name: ClassVar[LawName] = "weights"

    labels: int
    sequences: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]

    def __hash__(self) -> int:
        """Hash only a part, because the list may be long."""
        return hash((len(self.sequences), self.sequences[0], self.weights[0]))

    @property
    def lengths(self) -> Sequence[int]:
        """Every length that occurs, in ascending order."""
        return sorted({len(codes) for codes in self.sequences})

    @property
    def codes(self) -> Collection[int]:
        """The labels of all sequences."""
        return frozenset(chain.from_iterable(self.sequences))

    def of(self, stream: Stream, attempt: int = 0) -> Sequences:
        """Return the sequences of the samples of a stream."""
        sequences, ends = self._flat
        chances = stream.of(purpose("weighted", attempt)).uniform(1)[:, 0]
        chosen = np.searchsorted(ends, chances * ends[-1], side="right")
        # The product may round up past the last sequence.
        return sequences.take(np.minimum(chosen, len(ends) - 1))

    @cached_property
    def _flat(self) -> tuple[Sequences, Floats]:
        """All sequences one after the other, and cumulative weights."""
        lengths = np.array([len(codes) for codes in self.sequences], dtype=np.int64)
        codes = np.fromiter(chain.from_iterable(self.sequences), np.int64, int(lengths.sum()))
        return Sequences(codes, lengths), np.cumsum(np.array(self.weights))
