"""Amounts: their digits follow the law, and each is a function of seed and index alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.amounts import Amounts

DIGITS = tuple(range(10))
MANY = 60_000


def texts(law: Amounts, start: int = 0, count: int = MANY, attempt: int = 0) -> list[str]:
    drawn = law.draw(4, start, count, attempt)
    return ["".join(map(str, codes)) for codes in np.split(drawn.codes, drawn.first[1:])]


def test_first_digits_follow_benfords_law() -> None:
    first = np.bincount([int(text[0]) for text in texts(Amounts(10, DIGITS, 1, 6))], minlength=10)
    expected = MANY * np.log10(1 + 1 / np.arange(1, 10))
    assert first[0] == 0
    assert chisquare(first[1:], expected).pvalue > 1e-4


def test_round_amounts_end_in_each_number_of_zeros_equally_often() -> None:
    """With five digits, 0.4 are round: a tenth in each number of zeros, or more by chance."""
    zeros = [len(text) - len(text.rstrip("0")) for text in texts(Amounts(10, DIGITS, 5, 5))]
    chance = 0.6 * np.array([0.9, 0.09, 0.009, 0.0009, 0.0001])
    # A round amount with z zeros on purpose has more if the digits before them are zeros.
    for wanted in range(1, 5):
        for more in range(5 - wanted):
            certain = wanted + more == 4
            chance[wanted + more] += 0.1 * 0.1**more * (1 if certain else 0.9)
    assert chisquare(np.bincount(zeros, minlength=5), MANY * chance).pvalue > 1e-4


def test_an_amount_of_one_digit_is_not_zero() -> None:
    assert set(texts(Amounts(10, DIGITS, 1, 1))) == set("123456789")


def test_codes_are_those_of_the_digits() -> None:
    law = Amounts(12, tuple(range(11, 1, -1)), 2, 4)
    drawn = law.draw(1, 0, 500)
    assert set(drawn.codes.tolist()) == set(law.codes) == set(range(2, 12))
    assert set(drawn.lengths.tolist()) == set(law.lengths) == {2, 3, 4}


@pytest.mark.parametrize("attempt", [0, 2])
def test_an_amount_is_the_same_in_every_batch(attempt: int) -> None:
    law = Amounts(10, DIGITS, 2, 6)
    whole = texts(law, 100, 40, attempt)
    assert texts(law, 100, 7, attempt) + texts(law, 107, 33, attempt) == whole


def test_golden() -> None:
    """Pinned: the same seed draws the same amounts in every version of one algorithm."""
    assert texts(Amounts(10, DIGITS, 3, 6), 7, 6) == GOLDEN


GOLDEN = ["20510", "361815", "614800", "910000", "72342", "1000"]
