"""Many gaps and wide ranges, held against the closed form in Python's integers."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.array_types import Floats
from mnistseq.core.gaps import fit_probability, gap_distribution, sample_with_sum, sample_within
from mnistseq.errors import SpacingError

# gaps, span: the widest whole table comes at 197 gaps of 0 to 20 and at 86 of 0 to 1,000
FULL = [(100, 20), (197, 20), (86, 1_000)]
BANDED = [(198, 20), (300, 20), (1_000, 20), (1_000, 1), (1_000, 3), (300, 1_000)]
SHARES = [0.0, 1e-5, 0.001, 0.02, 0.3, 0.5, 0.503, 0.8, 0.985, 1.0]


def ways(count: int, span: int, total: int, *, exact: bool) -> int:
    """Vectors of 0 to `span` with this sum, or at most this sum, by inclusion and exclusion."""
    if total < 0:
        return 0
    bins = count - 1 if exact else count
    return sum(
        (-1) ** over * comb(count, over) * comb(total - over * (span + 1) + bins, bins)
        for over in range(min(count, total // (span + 1)) + 1)
    )


def test_the_closed_form_counts() -> None:
    assert [ways(2, 2, total, exact=True) for total in range(-1, 6)] == [0, 1, 2, 3, 2, 1, 0]
    assert [ways(2, 2, total, exact=False) for total in range(-1, 6)] == [0, 1, 3, 6, 8, 9, 9]
    assert ways(40, 9, 360, exact=False) == 10**40


def chances(count: int, span: int, room: int, *, exact: bool) -> Floats:
    whole = ways(count, span, room, exact=exact)
    others = [ways(count - 1, span, room - gap, exact=exact) for gap in range(span + 1)]
    return np.array([float(Fraction(number, whole)) for number in others])


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "pad"])
@pytest.mark.parametrize(("count", "span"), [*FULL[:2], (198, 20), (300, 20), (1_000, 1)])
def test_distribution_of_one_gap(count: int, span: int, exact: bool) -> None:
    for share in SHARES:
        room = round(share * count * span)
        found = gap_distribution(count, span, room, exact)
        expected = chances(count, span, room, exact=exact)
        assert found.sum() == pytest.approx(1)
        likely = expected > 1e-12
        assert found[likely] == pytest.approx(expected[likely], rel=2e-12)
        assert found[~likely] == pytest.approx(0, abs=2e-12)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "pad"])
@pytest.mark.parametrize(("count", "span"), [(86, 1_000), (300, 1_000), (1_000, 20), (1_000, 3)])
@pytest.mark.parametrize("share", [1e-5, 0.001, 0.3, 0.9999])
def test_some_chances_of_one_gap(count: int, span: int, share: float, exact: bool) -> None:
    room = round(share * count * span)
    found = gap_distribution(count, span, room, exact)
    whole = ways(count, span, room, exact=exact)
    for gap in {0, 1, span // 4, span // 2, span - 1, span}:
        other = Fraction(ways(count - 1, span, room - gap, exact=exact), whole)
        assert found[gap] == pytest.approx(float(other), rel=2e-12, abs=1e-20)


@pytest.mark.parametrize(("count", "span"), [*FULL, *BANDED])
def test_probability_that_free_gaps_fit(count: int, span: int) -> None:
    for share in (0.45, 0.49, 0.5, 0.51, 0.6):
        room = round(share * count * span)
        expected = Fraction(ways(count, span, room, exact=False), (span + 1) ** count)
        assert fit_probability(count, span, room) == pytest.approx(
            float(expected), rel=1e-11, abs=1e-15
        )


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "pad"])
@pytest.mark.parametrize(
    ("count", "span", "room"),
    [
        (100, 20, 1_960),  # near the top, where nothing but mirroring helps
        (100, 20, 40),
        (100, 20, 700),
        (300, 20, 2_000),
        (300, 20, 5_950),
        (300, 20, 20),
        (1_000, 20, 9_000),
        (1_000, 3, 2_500),
        (1_000, 1_000, 0),
        (1_000, 1_000, 3),  # little room and a wide range: the counts span 600 orders
        (1_000, 1_000, 100),
    ],
)
def test_drawn_gaps_have_the_distribution(count: int, span: int, room: int, exact: bool) -> None:
    rows = 60_000 // count
    uniforms = np.random.default_rng([count, span, room]).random((rows * 5, count + 1))
    rooms = np.full(len(uniforms), room)
    gaps = (
        sample_with_sum(uniforms[:, 1:], span, rooms)
        if exact
        else sample_within(uniforms, span, rooms)
    )
    assert gaps.min() >= 0
    assert gaps.max() <= span
    assert (gaps.sum(axis=1) == room).all() if exact else (gaps.sum(axis=1) <= room).all()
    expected = gap_distribution(count, span, room, exact)
    # Gaps of one vector hang together, so one gap of each vector is counted: the first
    # that is drawn, one half-way, the last but one and the last, which is what is left.
    for place in (0, count // 2, count - 2, count - 1):
        seen = np.bincount(gaps[:, place], minlength=span + 1)
        assert_matches(seen, expected * len(gaps))


def assert_matches(seen: np.ndarray[tuple[int, ...], np.dtype[np.int64]], expected: Floats) -> None:
    """Chi-square, with the rare values in one bin, as the test asks for five of each."""
    common = expected >= 5
    rare = expected[~common].sum(), seen[~common].sum()
    if rare[0] >= 5:
        observed, wanted = np.append(seen[common], rare[1]), np.append(expected[common], rare[0])
    else:
        assert rare[1] <= 20
        observed, wanted = seen[common], expected[common]
    if len(wanted) > 1:
        assert chisquare(observed, wanted * (observed.sum() / wanted.sum())).pvalue > 1e-4


@pytest.mark.parametrize("count", [1, 2, 15, 16, 63, 198, 999, 1_000])
@pytest.mark.parametrize("span", [0, 1, 20, 255])
def test_any_number_of_gaps_in_bounded_time(count: int, span: int) -> None:
    random = np.random.default_rng(count)
    room = (np.array([0, 0.01, 0.5, 0.99, 1]) * count * span).astype(np.int64)
    uniforms = random.random((len(room), count + 1))
    filled = sample_with_sum(uniforms[:, 1:], span, room)
    assert (filled.sum(axis=1) == room).all()
    assert filled.min() >= 0
    assert filled.max() <= span
    within = sample_within(uniforms, span, room)
    assert (within.sum(axis=1) <= room).all()
    assert within.min() >= 0
    assert within.max() <= span


def test_a_thousand_gaps_to_a_thousand() -> None:
    random = np.random.default_rng(1)
    for room in (500, 500_000):
        gaps = sample_with_sum(random.random((2, 1_000)), 1_000, np.array([room, room]))
        assert (gaps.sum(axis=1) == room).all()
        assert gaps.min() >= 0
        assert gaps.max() <= 1_000
        assert (gaps[0] != gaps[1]).any()


def test_more_gaps_than_float64_can_count() -> None:
    uniforms = np.full((1, 20_000), 0.5)
    message = (
        "20000 gaps of up to 20 px above the minimum are too many for so tight a width: take at "
        "most 3000 gaps, or another width or none"
    )
    with pytest.raises(SpacingError, match=message):
        sample_with_sum(uniforms, 20, np.array([20_000]))
    fewer = sample_with_sum(uniforms[:, :3_000], 20, np.array([3_000]))
    assert fewer.sum() == 3_000
