"""Sequences drawn at random: uniform, balanced, and a function of seed and index alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.random_sequences import RandomSequences
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences

MANY = 60_000


def lines(sequences: Sequences) -> list[tuple[int, ...]]:
    ends = [0, *np.cumsum(sequences.lengths).tolist()]
    return [tuple(sequences.codes[a:b].tolist()) for a, b in pairwise(ends)]


def at_place(sequences: Sequences, place: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return sequences.codes[sequences.first[sequences.lengths > place] + place]


@pytest.mark.parametrize("labels", [2, 7, 10, 62])
def test_labels_are_uniform_at_each_place(labels: int) -> None:
    sequences = RandomSequences(labels, 3, 6).draw(5, 0, MANY)
    for place in range(6):
        codes = at_place(sequences, place)
        assert chisquare(np.bincount(codes, minlength=labels)).pvalue > 1e-4


def test_neighbours_are_independent() -> None:
    sequences = RandomSequences(10, 2, 2).draw(6, 0, MANY)
    pairs = sequences.codes.reshape(-1, 2) @ [10, 1]
    assert chisquare(np.bincount(pairs, minlength=100)).pvalue > 1e-4


@pytest.mark.parametrize("balanced", [False, True])
def test_every_length_is_equally_likely(balanced: bool) -> None:
    sequences = RandomSequences(4, 3, 6, balanced).draw(7, 0, MANY)
    lengths = sequences.lengths[:: 4 if balanced else 1]  # a block has one length
    assert chisquare(np.bincount(lengths, minlength=7)[3:]).pvalue > 1e-4


@pytest.mark.parametrize(("shortest", "longest"), [(5, 5), (1, 6)])
@pytest.mark.parametrize("labels", [1, 3, 10])
def test_balance_is_exact_at_each_place(labels: int, shortest: int, longest: int) -> None:
    sequences = RandomSequences(labels, shortest, longest, True).draw(8, 0, 500 * labels)
    for place in range(longest):
        counts = np.bincount(at_place(sequences, place), minlength=labels)
        assert counts.min() == counts.max() > 0


def test_balanced_places_are_independent() -> None:
    """A deck a place: that a label stands at one place says nothing of the next."""
    sequences = RandomSequences(10, 2, 2, True).draw(9, 0, MANY)
    pairs = sequences.codes.reshape(-1, 2) @ [10, 1]
    assert chisquare(np.bincount(pairs, minlength=100)).pvalue > 1e-4


@given(
    labels=st.integers(1, 12),
    shortest=st.integers(1, 5),
    more=st.integers(0, 4),
    balanced=st.booleans(),
    start=st.integers(0, 10**9),
    count=st.integers(1, 40),
    data=st.data(),
)
def test_a_sequence_is_the_same_in_whatever_batch(
    labels: int,
    shortest: int,
    more: int,
    balanced: bool,
    start: int,
    count: int,
    data: st.DataObject,
) -> None:
    drawn = RandomSequences(labels, shortest, shortest + more, balanced)
    whole = lines(drawn.draw(3, start, count))
    cut = data.draw(st.integers(1, count))
    assert whole[:cut] == lines(drawn.draw(3, start, cut))
    if cut < count:
        assert whole[cut:] == lines(drawn.draw(3, start + cut, count - cut))
    picked = data.draw(st.lists(st.integers(0, count - 1), min_size=1))
    stream = Stream.of_indices(3, start + np.array(picked))
    assert lines(drawn.of(stream)) == [whole[index] for index in picked]
    for line in whole:
        assert shortest <= len(line) <= shortest + more
        assert all(0 <= code < labels for code in line)


def test_sequences_are_pinned() -> None:
    """Pinned: the same seed draws the same sequences in every version of one algorithm."""
    free, even = (RandomSequences(10, 3, 6, balanced) for balanced in (False, True))
    assert [lines(item.draw(1, 7, 3)) for item in (free, even)] == GOLDEN


GOLDEN: list[list[tuple[int, ...]]] = [
    [(4, 1, 2, 8), (1, 7, 2, 5, 0, 2), (1, 1, 8, 6, 2, 1)],
    [(8, 2, 3, 3, 7), (5, 1, 0, 0, 0), (4, 9, 8, 8, 3)],
]
