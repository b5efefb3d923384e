"""Wording that messages share."""

from __future__ import annotations

import pytest

from mnistseq.messages import (
    did_you_mean,
    duration,
    listed,
    plural,
    printable,
    rate,
    shortened,
    size,
    unknown,
    unknown_label,
    unreadable,
)


def test_a_near_name_is_suggested_whatever_its_case() -> None:
    assert did_you_mean("WebDatset", ["files", "webdataset"]) == "; did you mean 'webdataset'?"
    assert did_you_mean("zzz", ["files", "webdataset"]) == ""


def test_a_terminal_gets_no_control_characters_of_strangers() -> None:
    text = "\x1b]0;title\x07\u202eé 3\ud800\nok"
    assert printable(text) == r"\x1b]0;title\x07\u202eé 3\ud800\nok"
    assert printable("one\ntwo\r", lines=True) == "one\ntwo\\r"


def test_a_long_list_ends_with_the_number_that_is_left_out() -> None:
    assert listed(["a", "b"], limit=2) == "a, b"
    assert listed(["a", "b", "c", "d"], limit=2) == "a, b and 2 more"


def test_an_unknown_name_is_answered_with_the_nearest_or_with_all() -> None:
    assert unknown("format", "lmbd", ["files", "lmdb"]) == (
        "unknown format 'lmbd'; did you mean 'lmdb'?"
    )
    assert unknown("format", "x", ["files", "lmdb"]) == (
        "unknown format 'x'; choose from files, lmdb"
    )
    assert unknown("preset", "x", []) == "unknown preset 'x'; choose from none"


def test_a_label_that_others_spell_is_taken_for_a_sequence_without_commas() -> None:
    digits = tuple("0123456789")
    assert unknown_label("10", digits) == "unknown label '10'; write 1,0 for 2 labels"
    assert unknown_label("a", digits) == (
        "unknown label 'a'; the source has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    )
    assert unknown_label("dag", ("cat", "dog")) == ("unknown label 'dag'; did you mean 'dog'?")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (5_120_000_000, "5.1 GB"),
        (345_600_000, "346 MB"),
        (2.5e15, "2500.0 TB"),
    ],
)
def test_sizes_are_written_for_people(count: float, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.75, "0.8 s"), (42, "42 s"), (480, "8 min"), (3600, "1 h"), (7500, "2 h 5 min")],
)
def test_durations_are_written_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("speed", "text"),
    [
        (840, "840 images/s"),
        (1_600, "1.6k images/s"),
        (117_000, "117k images/s"),
        (2.5e6, "2.5M images/s"),
    ],
)
def test_speeds_are_written_for_people(speed: float, text: str) -> None:
    assert rate(speed, "images") == text


def test_one_thing_has_no_s() -> None:
    assert plural(1, "shard") == "1 shard"
    assert plural(12_000, "shard") == "12,000 shards"
    assert plural(2, "entry", "entries") == "2 entries"


def test_a_file_that_cannot_be_read_is_named_with_the_reason() -> None:
    assert unreadable("a.csv", FileNotFoundError(2, "No such file")) == (
        "a.csv: no such file or folder"
    )
    assert unreadable("a.csv", PermissionError(13, "Permission denied")) == (
        "a.csv: cannot be read: Permission denied"
    )


def test_a_word_of_thousands_of_characters_is_cut() -> None:
    text = f"width {'9' * 6000} is not allowed"
    assert shortened(text) == f"width {'9' * 200}… is not allowed"
    assert shortened("9" * 999) == "9" * 999
