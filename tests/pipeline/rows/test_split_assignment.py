"""Which split a sample goes to hangs on its number alone, however the samples are asked for."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnistseq.pipeline.rows.split_assignment import Lot

SHARES = (("a", 0.5), ("b", 0.3), ("c", 0.2))


def splits(lot: Lot, ordinal: int, count: int) -> list[str]:
    found: list[str] = []
    for split, first, samples in lot.runs(ordinal, count):
        assert first == len(found)
        found += [split] * samples
    return found


@given(ordinal=st.integers(0, 10_000), count=st.integers(1, 9_000), seed=st.integers(0, 2**64 - 1))
def test_runs_are_what_single_samples_say(ordinal: int, count: int, seed: int) -> None:
    lot = Lot(seed, SHARES)
    found = splits(lot, ordinal, count)
    assert len(found) == count
    for place in {0, count // 2, count - 1}:
        assert splits(Lot(seed, SHARES), ordinal + place, 1) == [found[place]]
    counts: Counter[str] = Counter()
    for split, samples in lot.counts(ordinal, count):
        counts[split] += samples
    assert +counts == Counter(found)


def test_shares_are_kept_by_many() -> None:
    found = Counter(splits(Lot(1, SHARES), 0, 100_000))
    for split, share in SHARES:
        assert abs(found[split] / 100_000 - share) < 0.01


def test_one_split_gets_all() -> None:
    lot = Lot(1, (("all", 1.0),))
    assert splits(lot, 5, 1000) == ["all"] * 1000
    assert list(lot.counts(5, 1000)) == [("all", 1000)]
