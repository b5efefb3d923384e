"""Files of texts with weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnistseq.core.weighted_sequences import WeightedSequences
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.weighted_list import read_weights

DIGITS = tuple("0123456789")


def read(folder: Path, content: str, alphabet: tuple[str, ...] = DIGITS) -> WeightedSequences:
    path = folder / "weights.csv"
    path.write_text(content)
    return read_weights(path, alphabet, "weights.csv")


@pytest.mark.parametrize(
    "content",
    [
        "350,3\n12,0.5\n",
        "text,weight\n350,3\n\n12,0.5\n",
        "Weight,id,Text\n3,a,350\n0.5,b,12\n",
        "frequency,text\n3,350\n0.5,12\n",
        "amount,often\n350,3\n12,0.5\n",
        "350\t3\n12\t0.5\n",
        "350;3\n12;0.5\n",
        '"350", 3\n12,0.5',
    ],
)
def test_a_line_has_a_text_and_its_weight(tmp_path: Path, content: str) -> None:
    law = read(tmp_path, content)
    assert law == WeightedSequences(10, ((3, 5, 0), (1, 2)), (3, 0.5))


def test_without_a_weight_it_is_one(tmp_path: Path) -> None:
    assert read(tmp_path, "350\n12\n").weights == (1, 1)
    assert read(tmp_path, "text\n350\n12\n") == read(tmp_path, "350\n12\n")


def test_delimiters_that_are_labels_delimit_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "3;5,2\n", ("3", "5", ";")).sequences == ((0, 2, 1),)


def test_labels_of_several_characters_are_separated_by_commas(tmp_path: Path) -> None:
    law = read(tmp_path, '"cat,dog",2\ndog,1\n', ("cat", "dog"))
    assert law.sequences == ((0, 1), (1,))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no texts"),
        ("text,weight\n", "has no texts"),
        ("350,3\n12,none\n", "line 2: weight 'none' is not a number above 0"),
        ("350,0\n", "line 1: weight '0' is not a number above 0"),
        ("350,inf\n", "line 1: weight 'inf'"),
        ("350,1\n12,1e308\n", r"weight '1e308' is not a number above 0, up to 1e\+15"),
        ("350,often\n12,1\n", "line 1: weight 'often' is not a number above 0"),
        ("id,text,frequency\n1,350,3\n", "line 1: 3 columns, of which none is called weight"),
        ("text,label,weight\n", "line 1: the columns text and label could both"),
        ("350,1\n3a,2\n", "line 2: .*'a'"),
        ("350,1,2\n", "line 1: 3 cells"),
    ],
)
def test_what_is_wrong_with_a_file_is_reported(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        read(tmp_path, content)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"none\.csv: cannot be read: No such file"):
        read_weights(tmp_path / "none.csv", DIGITS)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_bytes(b"\x1f\x8b\x08")
    with pytest.raises(ArgumentError, match="is compressed"):
        read_weights(path, DIGITS)
