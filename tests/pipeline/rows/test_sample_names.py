"""Names that are valid on every file system."""

from __future__ import annotations

import pytest

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.sample_names import check_name


@pytest.mark.parametrize("name", ["a", "A-1_b c", "été", "数字", "x" * 100, "console", "com", "0"])
def test_a_valid_name_is_returned(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../x", "cannot be a file name; leave out . / "),
        ("/etc/x", "cannot be a file name"),
        ("C:x", "cannot be a file name"),
        ("a\\b", "cannot be a file name"),
        ("..", "cannot be a file name"),
        ("a.png", "cannot be a file name"),
        ("a\0b", "cannot be a file name"),
        ("a\nb", "cannot be a file name"),
        ("a\x7f", "cannot be a file name"),
        ("a?", "cannot be a file name"),
        ("\udcff", "cannot be a file name"),
        ("x" * 101, "is longer than 100 bytes"),
        ("é" * 51, "is longer than 100 bytes"),
        (" a", "begins or ends with a blank"),
        ("a\u3000", "begins or ends with a blank"),
        ("CON", "is the name of a device on Windows"),
        ("nul", "is the name of a device on Windows"),
        ("Com1", "is the name of a device on Windows"),
        ("LPT9", "is the name of a device on Windows"),
        ("conout$", "is the name of a device on Windows"),
        ("classes", "is the name of a file of the format"),
    ],
)
def test_an_invalid_name_is_refused(name: str, problem: str) -> None:
    with pytest.raises(ArgumentError) as error:
        check_name(name)
    assert str(error.value).startswith(f"name {name!r} {problem}")
