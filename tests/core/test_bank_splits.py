"""Splits have no glyph, or no writer, in common; and each its share of every label."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq import GlyphBank
from mnistseq.core.bank_splits import Disjoint, split_bank
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import ArgumentError
from mnistseq.sources.qmnist import Qmnist
from mnistseq.spacings.variable import Variable

SHARES = (("train", 0.8), ("val", 0.15), ("test", 0.05))


@pytest.fixture(scope="module")
def qmnist(shared_data: Path) -> GlyphBank:
    """MNIST's digits, and who wrote each."""
    return Qmnist().load("train", str(shared_data / "qmnist"))


def members_of(bank: GlyphBank) -> set[int]:
    assert bank.members is not None
    assert (np.diff(bank.members) > 0).all()  # in order, none twice
    return set(bank.members.tolist())


def writers_of(bank: GlyphBank) -> set[int]:
    assert bank.writers is not None
    assert bank.members is not None
    return set(bank.writers[bank.members].tolist())


@pytest.mark.parametrize("disjoint", ["glyph", "writer"])
def test_every_glyph_is_in_exactly_one_split(qmnist: GlyphBank, disjoint: Disjoint) -> None:
    parts = split_bank(qmnist, SHARES, disjoint, seed=3)
    assert list(parts) == ["train", "val", "test"]
    members = [members_of(part) for part in parts.values()]
    assert sum(map(len, members)) == len(set.union(*members)) == len(qmnist) == 60_000


def test_each_split_has_its_share_of_every_label(qmnist: GlyphBank) -> None:
    parts = split_bank(qmnist, SHARES, "glyph", seed=3)
    for name, share in SHARES:
        wanted = qmnist.by_label.number * share
        assert np.abs(parts[name].by_label.number - wanted).max() <= 1


def test_nobodys_writer_is_in_two_splits(qmnist: GlyphBank) -> None:
    parts = split_bank(qmnist, SHARES, "writer", seed=3)
    writers = {name: writers_of(part) for name, part in parts.items()}
    for one, other in combinations(writers.values(), 2):
        assert not one & other
    assert sum(map(len, writers.values())) == 539
    for name, share in SHARES:
        assert abs(len(writers[name]) - 539 * share) <= 1
        # People wrote about equally many digits, of each label about as many.
        glyphs = parts[name].by_label.number / qmnist.by_label.number
        assert np.abs(glyphs - share).max() < 0.04


def test_by_glyph_writers_are_shared(qmnist: GlyphBank) -> None:
    """So that the test before this one tells of something."""
    parts = split_bank(qmnist, SHARES, "glyph", seed=3)
    assert len(writers_of(parts["train"]) & writers_of(parts["val"])) > 500


@pytest.mark.parametrize("disjoint", ["glyph", "writer"])
def test_the_seed_decides_and_nothing_else(qmnist: GlyphBank, disjoint: Disjoint) -> None:
    first = split_bank(qmnist, SHARES, disjoint, seed=3)["val"]
    again = split_bank(replace(qmnist), SHARES, disjoint, seed=3)["val"]
    other = split_bank(qmnist, SHARES, disjoint, seed=4)["val"]
    assert members_of(again) == members_of(first)
    assert len(members_of(other) & members_of(first)) < 0.5 * len(members_of(first))


def test_a_writer_is_as_likely_here_as_there(qmnist: GlyphBank) -> None:
    """Over many seeds, everybody comes into a half about half of the time."""
    halves = (("a", 0.5), ("b", 0.5))
    known = np.unique(np.asarray(qmnist.writers))
    times = np.zeros(len(known))
    for seed in range(60):
        writers = sorted(writers_of(split_bank(qmnist, halves, "writer", seed)["a"]))
        times[np.searchsorted(known, writers)] += 1
    # Binomial with n = 60: standard deviation 3.9; of 539 people none should be 5 of these off.
    assert np.abs(times - 30).max() < 20
    assert abs(times.std() - 3.9) < 0.6


@pytest.mark.parametrize("disjoint", ["glyph", "writer"])
def test_a_split_draws_only_what_is_its_own(qmnist: GlyphBank, disjoint: Disjoint) -> None:
    for part in split_bank(qmnist, SHARES, disjoint, seed=3).values():
        batch = Composer(part, GapRule(Variable())).compose(["0123456789"] * 50, seed=1)
        assert set(batch.flat_glyph_ids.tolist()) <= members_of(part)


def test_one_writer_within_a_split_by_writer(qmnist: GlyphBank) -> None:
    part = split_bank(qmnist, SHARES, "writer", seed=3)["val"]
    batch = Composer(part, GapRule(Variable()), writer="one").compose(["0123456789"] * 50, seed=1)
    assert None not in batch.writers
    assert {writer for writer in batch.writers if writer is not None} <= writers_of(part)
    assert len(set(batch.writers)) > 25


def test_one_split_is_everything(qmnist: GlyphBank) -> None:
    assert split_bank(qmnist, (("train", 1.0),), "writer", seed=3) == {"train": qmnist}


def test_a_part_is_shared_out_itself(qmnist: GlyphBank) -> None:
    part = split_bank(qmnist, SHARES, "writer", seed=3)["train"]
    halves = (("a", 0.5), ("b", 0.5))
    for disjoint in ("glyph", "writer"):
        a, b = split_bank(part, halves, disjoint, seed=3).values()
        assert members_of(a) | members_of(b) == members_of(part)
        assert not members_of(a) & members_of(b)


@given(
    numbers=st.lists(st.integers(3, 40), min_size=1, max_size=5),
    weights=st.lists(st.integers(1, 9), min_size=2, max_size=3),
    seed=st.integers(0, 2**64 - 1),
)
def test_shares_of_any_labels(numbers: list[int], weights: list[int], seed: int) -> None:
    codes = np.repeat(np.arange(len(numbers)), numbers)
    bank = GlyphBank(np.ones((len(codes), 2, 2), np.uint8), codes, tuple("abcde"[: len(numbers)]))
    shares = tuple((str(n), weight / sum(weights)) for n, weight in enumerate(weights))
    try:
        parts = split_bank(bank, shares, "glyph", seed)
    except ArgumentError as error:
        assert "would have no glyph of" in str(error)  # noqa: PT017  # of two right outcomes, one
        assert min(share for _, share in shares) * min(numbers) < 1
        return
    for name, share in shares:
        assert np.abs(parts[name].by_label.number - np.array(numbers) * share).max() < 1
        assert parts[name].by_label.number.min() >= 1


def test_a_split_too_small_for_every_label(mnist: GlyphBank) -> None:
    few = replace(mnist, members=np.arange(100))
    with pytest.raises(ArgumentError, match=r"split val would have no glyph of 0, 1, .*larger"):
        split_bank(few, (("train", 0.99), ("val", 0.01)), "glyph", seed=1)


def test_fewer_writers_than_splits(blocks: GlyphBank) -> None:
    one = replace(blocks, writers=np.zeros(len(blocks), dtype=np.int64))
    with pytest.raises(ArgumentError, match="would have no glyph of a, b, c, d: give it a larger"):
        split_bank(one, (("train", 0.5), ("val", 0.5)), "writer", seed=1)


def test_splits_by_writers_that_are_not_known_are_refused(mnist: GlyphBank) -> None:
    unknown = replace(mnist, writers=None)
    with pytest.raises(ArgumentError, match="splits cannot be disjoint by writer: take a source"):
        split_bank(unknown, (("train", 0.5), ("val", 0.5)), "writer", seed=1)
