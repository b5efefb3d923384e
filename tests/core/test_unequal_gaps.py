"""Gaps with ranges of their own, against a full enumeration and against gaps of one range."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core import unequal_gaps
from mnistseq.core.array_types import Floats, Ints
from mnistseq.core.gaps import FULL_LOG, sample_with_sum, sample_within
from mnistseq.core.unequal_gaps import sample_unequal_with_sum, sample_unequal_within
from mnistseq.errors import SpacingError

DRAWS = 5_000


def uniforms(*shape: int, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).random(shape)


def repeated(spans: tuple[int, ...], samples: int) -> Ints:
    return np.tile(np.array(spans, dtype=np.int64), (samples, 1))


def check_uniform(drawn: Ints, vectors: list[tuple[int, ...]]) -> None:
    """Each of the vectors, and no other, is drawn equally often."""
    codes = {vector: code for code, vector in enumerate(vectors)}
    seen = np.bincount([codes[tuple(row)] for row in drawn.tolist()], minlength=len(codes))
    assert len(seen) == len(codes)
    if len(codes) > 1:
        assert chisquare(seen).pvalue > 1e-4


@pytest.mark.parametrize("spans", [(3, 0, 5), (1, 4), (0, 0, 2), (2, 7, 1, 3), (6,), (0, 9, 0)])
def test_every_vector_with_a_sum_is_equally_likely(spans: tuple[int, ...]) -> None:
    for total in range(sum(spans) + 1):
        vectors = [v for v in product(*(range(s + 1) for s in spans)) if sum(v) == total]
        sums = np.full(DRAWS, total)
        drawn = sample_unequal_with_sum(
            uniforms(DRAWS, len(spans), seed=total), repeated(spans, DRAWS), sums
        )
        check_uniform(drawn, vectors)


@pytest.mark.parametrize("spans", [(3, 0, 5), (1, 4), (2, 7, 1, 3), (6,)])
def test_every_vector_within_the_room_is_equally_likely(spans: tuple[int, ...]) -> None:
    for room in (0, 1, sum(spans) // 2, sum(spans) // 2 + 1, sum(spans) - 1, sum(spans), 99):
        vectors = [v for v in product(*(range(s + 1) for s in spans)) if sum(v) <= room]
        drawn = sample_unequal_within(
            uniforms(DRAWS, len(spans) + 1, seed=room),
            repeated(spans, DRAWS),
            np.full(DRAWS, room),
        )
        check_uniform(drawn, vectors)


@given(data=st.data())
def test_gaps_are_in_their_ranges_and_meet_the_sum(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    spans = np.array(
        data.draw(
            st.lists(st.lists(st.integers(0, 40), min_size=count, max_size=count), min_size=1)
        )
    )
    totals = [data.draw(st.integers(0, total)) for total in spans.sum(axis=1).tolist()]
    numbers = uniforms(len(spans), count + 1, seed=data.draw(st.integers(0, 99)))
    # The largest number below 1, and 0, are the likeliest to leave a range.
    numbers[data.draw(st.integers(0, len(spans) - 1))] = data.draw(
        st.sampled_from([0.0, 0.5, float(np.nextafter(1, 0))])
    )
    sums = np.array(totals)
    exact = sample_unequal_with_sum(numbers[:, 1:], spans, sums)
    assert (exact.sum(axis=1) == sums).all()
    within = sample_unequal_within(numbers, spans, sums)
    assert (within.sum(axis=1) <= sums).all()
    for gaps in (exact, within):
        assert ((gaps >= 0) & (gaps <= spans)).all()
    for row in range(len(spans)):
        one = slice(row, row + 1)
        alone = sample_unequal_within(numbers[one], spans[one], sums[one])
        assert (alone[0] == within[row]).all(), "a sample depends on its batch"


@pytest.mark.parametrize(
    ("count", "span"), [(1, 5), (2, 0), (5, 20), (40, 20), (250, 20), (60, 500)]
)
def test_equal_ranges_give_the_gaps_of_the_common_range(count: int, span: int) -> None:
    numbers = uniforms(8, count + 1)
    room = np.linspace(0, count * span, 8).astype(np.int64)
    spans = np.full((8, count), span)
    within = sample_within(numbers, span, room)
    assert (sample_unequal_within(numbers, spans, room) == within).all()
    exact = sample_with_sum(numbers[:, 1:], span, room)
    assert (sample_unequal_with_sum(numbers[:, 1:], spans, room) == exact).all()


def ways(spans: list[int], most: int) -> list[int]:
    """Number of vectors with each sum from 0 to `most`, in whole numbers."""
    counts = [1] + [0] * most
    for span in spans:
        summed = np.cumsum(np.array(counts, dtype=object))
        counts = [
            int(summed[s] - (summed[s - span - 1] if s > span else 0)) for s in range(most + 1)
        ]
    return counts


def test_a_table_that_float64_cannot_hold_gives_the_exact_chances() -> None:
    """The first gap of many has the distribution that counting in whole numbers gives."""
    spans = [7, *[20, 3, 60] * 75]
    total = 1_900
    assert np.log(np.array(spans) + 1.0).sum() > FULL_LOG
    others = ways(spans[1:], total)
    chances = np.array([others[total - gap] for gap in range(8)], dtype=object)
    expected = (chances / sum(chances)).astype(float)
    row = np.array([spans])
    numbers = uniforms(1, len(spans))
    edges = np.cumsum(expected[::-1])[:-1]  # small numbers leave little for the rest
    for edge, gap in zip(edges, range(7, 0, -1), strict=True):
        for near, found in ((edge - 1e-9, gap), (edge + 1e-9, gap - 1)):
            numbers[0, 0] = near
            assert sample_unequal_with_sum(numbers, row, np.array([total]))[0, 0] == found


def test_long_tables_are_made_again_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, spans = uniforms(3, 41), np.arange(120).reshape(3, 40) % 17
    room = spans.sum(axis=1) // 3
    whole = sample_unequal_within(numbers, spans, room)
    monkeypatch.setattr(unequal_gaps, "STORED_ENTRIES", 50)
    assert (sample_unequal_within(numbers, spans, room) == whole).all()
    monkeypatch.setattr(unequal_gaps, "_ROW_ENTRIES", 1)
    assert (sample_unequal_within(numbers, spans, room) == whole).all()


def test_too_many_gaps_for_so_tight_a_sum_are_refused() -> None:
    spans: Any = np.full((1, 30_000), 1_000)
    with pytest.raises(SpacingError, match="30000 gaps of up to 1000 px above the minimum are too"):
        sample_unequal_with_sum(np.zeros((1, 30_000)), spans, np.array([15_000]))
