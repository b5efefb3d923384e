"""Small cases, held against an enumeration of every vector there is."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.array_types import Floats, Ints
from mnistseq.core.gaps import (
    fit_probability,
    gap_distribution,
    sample_with_sum,
    sample_within,
    sum_distribution,
)

DRAWS = 20_000

# gaps, span, room: sums at either end, below, at and above the middle, one gap, no choice
SMALL = [
    (1, 4, 0),
    (1, 4, 2),
    (1, 9, 4),
    (2, 3, 0),
    (2, 3, 1),
    (2, 3, 3),
    (2, 3, 5),
    (2, 3, 6),
    (3, 4, 4),
    (3, 4, 6),
    (3, 4, 7),
    (3, 4, 11),
    (3, 1, 2),
    (4, 3, 6),
    (5, 2, 3),
    (5, 2, 8),
    (7, 1, 3),
    (3, 7, 17),
    (4, 0, 0),
]


def vectors(count: int, span: int, room: int, *, exact: bool) -> list[tuple[int, ...]]:
    every = product(range(span + 1), repeat=count)
    return [v for v in every if (sum(v) == room if exact else sum(v) <= room)]


def draw(uniforms: Floats, span: int, room: Ints, *, exact: bool) -> Ints:
    if exact:
        return sample_with_sum(uniforms[:, 1:], span, room)
    return sample_within(uniforms, span, room)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "pad"])
@pytest.mark.parametrize(("count", "span", "room"), SMALL)
def test_every_vector_is_equally_likely(count: int, span: int, room: int, exact: bool) -> None:
    expected = vectors(count, span, room, exact=exact)
    uniforms = np.random.default_rng([count, span, room]).random((DRAWS, count + 1))
    drawn = draw(uniforms, span, np.full(DRAWS, room), exact=exact)
    seen = Counter(map(tuple, drawn.tolist()))
    assert set(seen) <= set(expected)
    if len(expected) > 1:
        assert chisquare([seen[vector] for vector in expected]).pvalue > 1e-3


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "pad"])
@pytest.mark.parametrize(("count", "span", "room"), SMALL)
def test_distribution_of_one_gap(count: int, span: int, room: int, exact: bool) -> None:
    expected = vectors(count, span, room, exact=exact)
    # Every place has the same distribution, for the vectors are exchangeable.
    for place in {0, count - 1}:
        seen = Counter(vector[place] for vector in expected)
        chances = [float(Fraction(seen[gap], len(expected))) for gap in range(span + 1)]
        found = gap_distribution(count, span, room, exact)
        assert found == pytest.approx(chances, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize(("count", "span", "room"), SMALL)
def test_probability_that_free_gaps_fit(count: int, span: int, room: int) -> None:
    fitting = len(vectors(count, span, room, exact=False))
    expected = float(Fraction(fitting, (span + 1) ** count))
    assert fit_probability(count, span, room) == pytest.approx(expected, rel=1e-14)


def test_probability_at_the_ends() -> None:
    assert fit_probability(3, 20, -1) == 0
    assert fit_probability(3, 20, 60) == 1
    assert fit_probability(3, 20, 1_000) == 1


def test_free_gaps_are_independent_and_uniform() -> None:
    uniforms = np.random.default_rng(4).random((DRAWS, 4))
    for room in (12, 13, 1_000):
        gaps = sample_within(uniforms, 4, np.full(DRAWS, room))
        # Where all vectors fit, each gap comes from its own word alone.
        assert (gaps == (uniforms[:, 1:] * 5).astype(int)).all()
    assert gap_distribution(3, 4, None, exact=False).tolist() == [0.2] * 5
    assert gap_distribution(3, 4, 12, exact=False).tolist() == [0.2] * 5


@given(st.data())
def test_vectors_keep_to_range_and_sum(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 40), "count")
    span = data.draw(st.integers(0, 60), "span")
    rooms = data.draw(st.lists(st.integers(0, count * span), min_size=1, max_size=8), "rooms")
    seed = data.draw(st.integers(0, 2**32), "seed")
    uniforms = np.random.default_rng(seed).random((len(rooms), count + 1))
    room = np.array(rooms)
    filled = draw(uniforms, span, room, exact=True)
    assert filled.shape == (len(rooms), count)
    assert filled.min() >= 0
    assert filled.max() <= span
    assert filled.sum(axis=1).tolist() == rooms
    within = draw(uniforms, span, room, exact=False)
    assert within.min() >= 0
    assert within.max() <= span
    assert (within.sum(axis=1) <= room).all()


@pytest.mark.parametrize("word", [0.0, 2.0**-53, 0.5, 1 - 2.0**-53])
@given(count=st.integers(1, 30), span=st.integers(0, 30), share=st.floats(0, 1))
def test_the_extreme_words_give_vectors_too(
    word: float, count: int, span: int, share: float
) -> None:
    # The largest uniform may round up to the end of a window, the smallest lies on its edge.
    room = np.array([round(share * count * span)])
    uniforms = np.full((1, count + 1), word)
    for exact in (True, False):
        gaps = draw(uniforms, span, room, exact=exact)
        assert gaps.min() >= 0
        assert gaps.max() <= span
        assert gaps.sum() == room[0] if exact else gaps.sum() <= room[0]


@pytest.mark.parametrize(("count", "span"), [(6, 9), (120, 200), (300, 20)])
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "pad"])
def test_a_row_does_not_depend_on_its_batch(count: int, span: int, exact: bool) -> None:
    random = np.random.default_rng(8)
    room = random.integers(0, count * span + 1, 25)
    uniforms = random.random((25, count + 1))
    together = draw(uniforms, span, room, exact=exact)
    alone = [draw(uniforms[[row]], span, room[[row]], exact=exact)[0] for row in range(25)]
    assert (together == np.array(alone)).all()
    backwards = draw(uniforms[::-1], span, room[::-1], exact=exact)
    assert (together == backwards[::-1]).all()


@pytest.mark.parametrize(
    ("room", "exact"),
    [(None, False), (0, False), (7, False), (25, False), (100, False), (7, True), (36, True)],
)
def test_the_law_of_the_sum_is_that_of_all_vectors(room: int | None, exact: bool) -> None:
    count, span = 4, 9
    sums = np.array([sum(gaps) for gaps in product(range(span + 1), repeat=count)])
    kept = sums if room is None else sums[sums == room] if exact else sums[sums <= room]
    law = sum_distribution(count, span, room, exact)
    assert law.tolist() == pytest.approx(
        (np.bincount(kept, minlength=len(law)) / len(kept)).tolist()
    )
