"""No text is in two splits, and each sample depends on seed, split and index alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.core.sequences import Sequences
from mnistseq.core.text_splits import TextSplits, text_splits

SHARES = (("train", 0.8), ("val", 0.15), ("test", 0.05))
DIGITS = tuple("0123456789")


def texts(sequences: Sequences) -> list[str]:
    return [
        "".join(DIGITS[code] for code in codes)
        for codes in np.split(sequences.codes, sequences.first[1:])
    ]


def test_splits_get_their_shares_of_all_texts() -> None:
    splits = TextSplits(3, SHARES)
    found = Counter(splits.split_of(list(f"{number:05d}")) for number in range(20_000))
    assert [found[name] / 20_000 for name, _ in SHARES] == pytest.approx(
        [0.8, 0.15, 0.05], abs=0.01
    )


def test_the_seed_decides() -> None:
    numbers = [list(str(number)) for number in range(200)]
    one, other = (list(map(TextSplits(seed, SHARES).split_of, numbers)) for seed in (1, 2))
    assert one != other


def test_the_split_of_a_text_is_pinned() -> None:
    splits = TextSplits(1, (("a", 0.5), ("b", 0.5)))
    assert "".join(splits.split_of([digit]) for digit in DIGITS) == "abbaaabaaa"


def test_equal_texts_of_different_labels_are_in_one_split() -> None:
    splits = TextSplits(1, (("a", 0.5), ("b", 0.5)))
    assert {splits.split_of(["cat", "dog"]), splits.split_of(["cat,dog"])} == {
        splits.split_of(["cat", "dog"])
    }


@pytest.mark.parametrize("split", [name for name, _ in SHARES])
def test_random_sequences_belong_to_their_split(split: str) -> None:
    splits, rule = TextSplits(5, SHARES), RandomSequences(10, 2, 4)
    drawn = texts(splits.draw(rule, DIGITS, split, 100, 60))
    assert {splits.split_of(list(text)) for text in drawn} == {split}
    assert {len(text) for text in drawn} == {2, 3, 4}


def test_a_sequence_does_not_depend_on_its_batch() -> None:
    splits, rule = TextSplits(5, SHARES), RandomSequences(10, 2, 4)
    whole = texts(splits.draw(rule, DIGITS, "val", 100, 20))
    pieces = [
        *texts(splits.draw(rule, DIGITS, "val", 100, 7)),
        *texts(splits.draw(rule, DIGITS, "val", 107, 13)),
    ]
    assert whole == pieces
    assert whole[4:5] == texts(splits.draw(rule, DIGITS, "val", 104, 1))


@pytest.mark.parametrize(
    ("shares", "disjoint"), [(SHARES, "glyph"), (SHARES, "writer"), ((("train", 1.0),), "text")]
)
def test_texts_are_divided_on_request_among_several_splits(
    shares: tuple[tuple[str, float], ...], disjoint: Disjoint
) -> None:
    assert text_splits(1, shares, disjoint) is None
    assert text_splits(1, SHARES, "text") == TextSplits(1, SHARES)
