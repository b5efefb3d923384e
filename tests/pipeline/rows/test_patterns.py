"""Strings that match a regular expression."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.patterns import pattern_drawer

DIGITS = tuple("0123456789")


@pytest.mark.parametrize(
    "pattern", [r"\d{2}/\d{2}/20\d{2}", r"[1-9]\d*", r"(a|b)\1", r"0?1+2{3,5}", r"(?:12){2}"]
)
def test_strings_match_the_pattern(pattern: str) -> None:
    draw = pattern_drawer(pattern, DIGITS)
    drawn = [draw(number) for number in range(300)]
    assert all(re.fullmatch(pattern, string) for string in drawn)
    assert len(set(drawn)) > 1 or pattern == r"(?:12){2}"
    assert drawn == [draw(number) for number in range(300)]


def test_a_label_is_drawn_where_several_characters_are_allowed() -> None:
    for pattern in (r".{4}", r"\w{4}", r"[^0]{4}", r"\S{4}", r"[^\d]{4}|\d{4}"):
        draw = pattern_drawer(pattern, (*DIGITS, "é"))
        characters = set("".join(draw(number) for number in range(200)))
        if pattern != r"[^\d]{4}|\d{4}":
            assert characters <= {*DIGITS, "é"}, pattern
    assert "é" in set("".join(pattern_drawer(".", (*DIGITS, "é"))(n) for n in range(200)))


def test_digits_are_uniform() -> None:
    draw = pattern_drawer(r"\d", DIGITS)
    counts = Counter(draw(number) for number in range(20_000))
    assert chisquare([counts[digit] for digit in DIGITS]).pvalue > 1e-4


def test_every_process_draws_the_same() -> None:
    """Sets of strings have another order in every process; what is drawn must not."""
    script = (
        "from mnistseq.pipeline.rows.patterns import pattern_drawer as p;"
        "print([p(r'[^x]\\W\\w.{3}', tuple('0123456789/-'))(n) for n in range(50)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_strings_are_those_of_earlier_versions() -> None:
    draw = pattern_drawer(r"\d{2}/\d{2}/20\d{2}", DIGITS)
    assert [draw(number) for number in range(3)] == GOLDEN


GOLDEN = ["74/54/2034", "87/44/2070", "90/87/2036"]


def test_an_invalid_regular_expression_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"^pattern '\(': is not a regular expression: missing \)"
    ):
        pattern_drawer("(", DIGITS)


def test_repeats_have_every_length_up_to_their_limit() -> None:
    draw = pattern_drawer(r"\d{90,150}", DIGITS)
    lengths = {len(draw(number)) for number in range(1000)}
    assert lengths == set(range(90, 151))
    assert {len(pattern_drawer(r"\d{200}", DIGITS)(number)) for number in range(20)} == {200}
    assert {len(pattern_drawer(r"\d{200,}", DIGITS)(number)) for number in range(20)} == {200}
    assert max(len(pattern_drawer(r"\d*", DIGITS)(number)) for number in range(1000)) == 100
    with pytest.raises(ArgumentError, match=r"repeats a part up to 20000 times; allowed are 10000"):
        pattern_drawer(r"\d{0,20000}", DIGITS)(1)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=1)\d",
        r"a$b",
        r"1(?<!1)2",
        r"(?:1^2|3)",
        r"\d++\d",
        r"(?>1)",
        r"(?i)a",
        r"(?i:a)",
        r"1\b",
    ],
)
def test_a_pattern_that_cannot_be_drawn_is_refused(pattern: str) -> None:
    with pytest.raises(
        ArgumentError, match="strings that match it cannot be drawn; leave out look"
    ):
        pattern_drawer(pattern, DIGITS)


@pytest.mark.parametrize(
    "pattern", [r"^\d+$", r"^1|2$", r"\A(^1|2)\Z", r"(\d)(x\1)?", r"(?x) 1 | 2"]
)
def test_drawn_strings_match_though_they_are_not_compared(pattern: str) -> None:
    draw = pattern_drawer(pattern, DIGITS)
    assert all(re.fullmatch(pattern, draw(number)) for number in range(100))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(" * 4000 + "1" + ")" * 4000, "nested too deeply"),
        (r"\d{" + "9" * 6000 + "}", "is not a regular expression"),
        (r"\d{99999999999}", "is not a regular expression"),
        ("1" * 10_001, "a pattern has 10001 characters; allowed are 10000"),
    ],
)
def test_an_excessive_pattern_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        pattern_drawer(pattern, DIGITS)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\d{0,10000}){0,10000}",
        r"((((\d*)*)*)*)*",
        r"((){0,10000}){0,10000}",
        r"[\x00-\U0010ffff]{0,10000}",
        r"(\d{0,9000})(\d{0,9000})",
    ],
)
def test_strings_that_become_too_long_are_refused_while_they_are_drawn(pattern: str) -> None:
    """Without a limit, some of these take gigabytes or hours for one string."""
    draw = pattern_drawer(pattern, DIGITS)
    with pytest.raises(
        ArgumentError, match=r"become too long; allowed are 10000|takes more than 500000 steps"
    ):
        list(map(draw, range(100)))


def test_a_string_is_not_searched_for_a_match() -> None:
    """Comparing this pattern with one of its own strings would take years."""
    draw = pattern_drawer(r"(\d|\d\d|\d\d\d)*(?:(\d*)*)x\1", DIGITS)
    for number in range(20):
        with suppress(ArgumentError):
            draw(number)
