"""Names of samples: such as any file system takes, and each once in a shard."""

from __future__ import annotations

import pytest

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.names import Taken, check_name


@pytest.mark.parametrize("name", ["a", "A-1_b c", "été", "数字", "x" * 100, "console", "com", "0"])
def test_good_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../x", "cannot be a file's; leave out . / "),
        ("/etc/x", "cannot be a file's"),
        ("C:x", "cannot be a file's"),
        ("a\\b", "cannot be a file's"),
        ("..", "cannot be a file's"),
        ("a.png", "cannot be a file's"),
        ("a\0b", "cannot be a file's"),
        ("a\nb", "cannot be a file's"),
        ("a\x7f", "cannot be a file's"),
        ("a?", "cannot be a file's"),
        ("\udcff", "cannot be a file's"),
        ("x" * 101, "is longer than 100 bytes"),
        ("é" * 51, "is longer than 100 bytes"),
        (" a", "begins or ends with a blank"),
        ("a\u3000", "begins or ends with a blank"),
        ("CON", "stands for a device on Windows"),
        ("nul", "stands for a device on Windows"),
        ("Com1", "stands for a device on Windows"),
        ("LPT9", "stands for a device on Windows"),
        ("conout$", "stands for a device on Windows"),
        ("classes", "is taken by a file of the format"),
    ],
)
def test_bad_names(name: str, problem: str) -> None:
    with pytest.raises(ArgumentError) as error:
        check_name(name)
    assert str(error.value).startswith(f"name {name!r} {problem}")


def test_names_stand_once_in_a_shard() -> None:
    taken = Taken(3)
    taken.add("train", ["a", "b"])
    assert taken.first_of("train", ["c", "a"]) is None  # a would be in the next shard
    assert taken.first_of("train", ["B", "c"]) == "B"
    assert taken.first_of("val", ["a"]) is None
    assert taken.first_of("train", ["a"], before=1) is None  # c comes first, and fills the shard
    assert taken.first_of("train", ["a"], before=0) == "a"
    taken.add("train", ["c", "a"])
    assert taken.first_of("train", ["b"]) is None
    assert taken.first_of("train", ["A"]) == "A"


def test_names_that_a_file_system_takes_for_the_same() -> None:
    taken = Taken(10)
    taken.add("train", ["e\u0301te\u0301", "straße"])
    assert taken.first_of("train", ["ÉTÉ"]) == "ÉTÉ"
    assert taken.first_of("train", ["STRASSE"]) == "STRASSE"


def test_a_full_shard_leaves_room_for_every_name() -> None:
    taken = Taken(2)
    taken.add("train", ["a", "b"])
    assert taken.first_of("train", ["a", "b"]) is None
