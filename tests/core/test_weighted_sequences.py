"""Sequences from a list: as often as their weights say, each a function of seed and index alone."""

from __future__ import annotations

import numpy as np
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.weighted_sequences import WeightedSequences

LAW = WeightedSequences(10, ((1,), (2, 3), (4, 5, 6), (7, 7)), (1, 2.5, 0.5, 4))
TEXTS = ["1", "23", "456", "77"]


def texts(start: int, count: int, attempt: int = 0) -> list[str]:
    drawn = LAW.draw(4, start, count, attempt)
    return ["".join(map(str, codes)) for codes in np.split(drawn.codes, drawn.first[1:])]


def test_texts_are_as_frequent_as_their_weights() -> None:
    drawn = texts(0, 40_000)
    counts = [drawn.count(text) for text in TEXTS]
    assert sum(counts) == 40_000
    assert chisquare(counts, np.array(LAW.weights) * 5000).pvalue > 1e-4


def test_a_text_is_the_same_in_every_batch() -> None:
    assert texts(50, 3) + texts(53, 17) == texts(50, 20)
    assert texts(50, 20, 1) != texts(50, 20)


def test_lengths_and_codes_are_those_of_the_list() -> None:
    assert list(LAW.lengths) == [1, 2, 3]
    assert sorted(LAW.codes) == [1, 2, 3, 4, 5, 6, 7]


def test_golden() -> None:
    """Pinned: the same seed draws the same texts in every version of one algorithm."""
    assert texts(7, 8) == GOLDEN


GOLDEN = ["23", "77", "1", "77", "23", "77", "77", "77"]
