"""The split of a sample depends on its number only, however its row is counted."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnistseq.pipeline.rows.row import Row
from mnistseq.pipeline.rows.split_assignment import SplitAssignment

SHARES = (("a", 0.5), ("b", 0.3), ("c", 0.2))


def splits(assignment: SplitAssignment, number: int, count: int) -> list[str]:
    """The split of each sample of a row, whose runs are checked to be without holes."""
    found: list[str] = []
    row = Row(("1",), samples=count)
    for split, part in assignment.parts(row, number):
        assert part.row is row
        assert part.begin == len(found)
        found += [split] * part.samples
    return found


@given(number=st.integers(0, 10_000), count=st.integers(1, 9_000), seed=st.integers(0, 2**64 - 1))
def test_a_row_of_many_is_split_as_its_samples_one_by_one(
    number: int, count: int, seed: int
) -> None:
    found = splits(SplitAssignment(seed, SHARES), number, count)
    assert len(found) == count
    for index in {0, count // 2, count - 1}:
        assert splits(SplitAssignment(seed, SHARES), number + index, 1) == [found[index]]


def test_many_samples_keep_the_shares() -> None:
    found = Counter(splits(SplitAssignment(1, SHARES), 0, 100_000))
    for split, share in SHARES:
        assert abs(found[split] / 100_000 - share) < 0.01


def test_one_split_gets_every_sample() -> None:
    assignment = SplitAssignment(1, (("all", 1.0),))
    assert splits(assignment, 5, 1000) == ["all"] * 1000
