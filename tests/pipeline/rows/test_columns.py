"""Columns of tables: which one has the sequences, and which ones are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnistseq.errors import ArgumentError, ColumnError
from mnistseq.pipeline.rows.columns import ColumnChoice
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.row import BadRow, Row
from mnistseq.pipeline.rows.row_file import RowFile

DIGITS = tuple("0123456789")
LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
PETS = ("cat", "dog", "lion", "text")


def table(
    folder: Path,
    content: str,
    row_format: RowFormat = "csv",
    column: str | None = None,
    keep: tuple[str, ...] = (),
) -> RowFile:
    path = folder / "rows"
    path.write_text(content, encoding="utf-8", newline="")
    return RowFile(path, row_format, "r.csv", ColumnChoice(column, keep))


def texts(file: RowFile, alphabet: tuple[str, ...] = DIGITS) -> list[str]:
    rows = list(file.rows(alphabet))
    assert all(isinstance(row, Row) for row in rows), rows
    return ["".join(row.labels) for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    "content",
    [
        "id,label\n1,010\n2,35\n",
        "filename,Words\n1.jpg,010\n2.jpg,35\n",
        "text,label,SEQUENCE\n1,2,010\n3,4,35\n",
        "id;sequence;note\n1;010;a, b\n2;35;\n",
        "gt\tfile, path\n010\ta\n35\tb\n",
        '"id";"transcription"\r\n"1";"010"\r\n"2";"35"\r\n',
        "sep=;\nid;text\n1;010\n2;35\n",
        "0;1;0\n3;5\n",
        "\ufeffid,gt\n1,010\n2,35",
        "text\n010\n35\n",
    ],
)
def test_a_column_with_a_known_name_has_the_sequences(tmp_path: Path, content: str) -> None:
    assert texts(table(tmp_path, content)) == ["010", "35"]


def test_a_line_of_a_table_is_that_of_the_file(tmp_path: Path) -> None:
    for content in ("sep=;\n\nid;text\n1;010\n", "\n\nid,text\n1,010\n"):
        (row,) = table(tmp_path, content).rows(DIGITS)
        assert row.line == 4


@pytest.mark.parametrize(
    ("content", "column"),
    [
        ("postcode\n010\n35\n", "postcode"),
        ("id;Post code\n1;010\n2;35\n", "post code"),
        ("text,label\n010,1\n35,2\n", "text"),
        ("a.png,010\nb.png,35\n", "2"),
        ("name,2\n010,1\n35,2\n", "name"),
        ("1,2\n4,010\n5,35\n", "2"),
        ("id,post\n4,010\n5,35\n", "2"),
    ],
)
def test_a_column_can_be_chosen_by_name_or_number(
    tmp_path: Path, content: str, column: str
) -> None:
    assert texts(table(tmp_path, content, column=column)) == ["010", "35"]


@pytest.mark.parametrize(
    ("content", "column", "message", "columns", "role"),
    [
        ("postcode\n12345\n02134\n", None, "no column called sequence", ["postcode"], "column"),
        ("id,post\n1,12345\n", None, "no column called sequence", ["id", "post"], "column"),
        ("digits,count\n5,3\n", None, "no column called sequence", ["digits", "count"], "column"),
        (
            "id,text,Label\n1,2,3\n",
            None,
            "the columns text and Label could both be the sequences",
            ["text", "Label"],
            "column",
        ),
        ("sequence,Sequence\n1,2\n", None, "the column sequence occurs twice", None, ""),
        ("text,min,min\n1,2,3\n", None, "the column min occurs twice", None, ""),
        ("id,text\n1,2\n", "word", "no column called word", ["id", "text"], "column"),
        ("a.png,12\nb.png,34\n", None, "no header that names the columns", ["1", "2"], "column"),
        ("a.png,12\nb.png,34\n", "3", "no column 3", ["1", "2"], "column"),
    ],
)
def test_columns_that_are_not_clear_are_refused(
    tmp_path: Path,
    content: str,
    column: str | None,
    message: str,
    columns: list[str] | None,
    role: str,
) -> None:
    with pytest.raises(ColumnError) as caught:
        texts(table(tmp_path, content, column=column))
    error = caught.value
    assert error.problem.startswith(f"r.csv: {message}")
    assert error.role == role
    if columns is not None:
        assert list(error.columns) == columns
        assert str(error) == f"{error.problem}; the columns are {', '.join(columns)}"


def test_a_column_to_keep_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match=r"r\.csv: no column called region") as caught:
        texts(table(tmp_path, "id,text\n1,2\n", keep=("region",)))
    assert (caught.value.columns, caught.value.role) == (("id", "text"), "keep")


def test_a_file_without_a_header_has_no_columns_to_keep(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match=r"no column called id, because there is no header"):
        texts(table(tmp_path, "a.png,010\n", column="2", keep=("id",)))
    rows = table(tmp_path, "id,post\na,010\n", column="2", keep=("id",)).rows(DIGITS)
    assert [row.kept for row in rows if isinstance(row, Row)] == [("a",)]


def test_a_misspelt_first_row_is_not_taken_for_a_header(tmp_path: Path) -> None:
    for content, alphabet in (
        ("3a5\n12\n", DIGITS),
        ("lyon\ncat\n", PETS),
        ("cat,dgo\ncat\n", PETS),
    ):
        first, second = table(tmp_path, content).rows(alphabet)
        assert isinstance(first, BadRow)
        assert isinstance(second, Row)


def test_a_first_row_of_labels_is_a_row_even_if_they_are_names_of_columns(tmp_path: Path) -> None:
    assert texts(table(tmp_path, "text,cat\ndog\n"), PETS) == ["textcat", "dog"]
    assert texts(table(tmp_path, "name\nabc\n"), LETTERS) == ["name", "abc"]
    assert texts(table(tmp_path, "text\nabc\n"), LETTERS) == ["abc"]


def test_a_delimiter_that_is_a_label_does_not_delimit(tmp_path: Path) -> None:
    assert texts(table(tmp_path, "1;2\n3;4\n"), (*DIGITS, ";")) == ["1;2", "3;4"]


def test_other_columns_are_kept_as_strings(tmp_path: Path) -> None:
    file = table(tmp_path, "id,text,region\na1,010,\n007,35, x y \n8,1\n", keep=("region", "ID"))
    kept = [row.kept for row in file.rows(DIGITS) if isinstance(row, Row)]
    assert kept == [("", "a1"), ("x y", "007"), ("", "8")]
    values = [
        {"text": "010", "id": 7, "tags": ["a", 1], "min": 0},
        {"text": "35", "id": None},
        {"text": "1", "id": "é", "tags": 1.5},
    ]
    lines = "\n".join(map(json.dumps, values))
    kept = [
        row.kept
        for row in table(tmp_path, lines, "jsonl", keep=("id", "tags")).rows(DIGITS)
        if isinstance(row, Row)
    ]
    assert kept == [("7", '["a", 1]'), ("", ""), ("é", "1.5")]


def test_columns_that_are_not_used_are_listed(tmp_path: Path) -> None:
    file = table(tmp_path, "id,text,min,region,\na1,010,1,x,\n", keep=("region",))
    assert file.unused_columns(DIGITS) == ("id",)
    lines = '"1"\n{"text": "35", "id": 1, "width": 90}\n'
    assert table(tmp_path, lines, "jsonl").unused_columns(DIGITS) == ("id",)
    assert table(tmp_path, "12\n", "txt").unused_columns(DIGITS) == ()


def test_a_key_of_json_objects_can_be_chosen(tmp_path: Path) -> None:
    lines = '{"id": "1", "Post": "010"}\n{"Post": ["3", "5"]}\n'
    assert texts(table(tmp_path, lines, "jsonl", column="post")) == ["010", "35"]
    with pytest.raises(
        ColumnError, match=r"r\.csv: no column called sequence; the columns are id, P"
    ):
        texts(table(tmp_path, lines, "jsonl"))
    first, second = table(tmp_path, '{"text": "1"}\n{"text": "1", "gt": "2"}', "jsonl").rows(DIGITS)
    assert isinstance(first, Row)
    assert isinstance(second, BadRow)
    assert second.problem.startswith("has the columns text and gt could both")


def test_a_chosen_key_needs_objects(tmp_path: Path) -> None:
    (row,) = table(tmp_path, '"1"\n', "jsonl", column="id").rows(DIGITS)
    assert row == BadRow(1, "is not an object, so it has no column id")


def test_metadata_of_a_data_set_is_read_with_its_exact_labels(tmp_path: Path) -> None:
    record = {
        "file_name": "0.png",
        "text": "1,50",
        "width": 90,
        "height": 28,
        "objects": {"bbox": [], "categories": ["1", ",", "5", "0"]},
        "columns": {"id": "a1"},
    }
    alphabet = (*DIGITS, ",")
    (row,) = table(tmp_path, json.dumps(record), "jsonl", keep=("id", "file_name")).rows(alphabet)
    assert row == Row(("1", ",", "5", "0"), line=1, kept=("a1", "0.png"))
    assert table(tmp_path, json.dumps(record), "jsonl").unused_columns(alphabet) == ()


def test_label_lists_in_text_files_with_tabs_are_tables(tmp_path: Path) -> None:
    content = "train/1.png\t010\ntrain/2.png\t35\n"
    assert texts(table(tmp_path, content, "txt", column="2")) == ["010", "35"]
    with pytest.raises(ColumnError, match="no header that names the columns of the sequences"):
        texts(table(tmp_path, content, "txt"))
    with pytest.raises(
        ArgumentError, match=r"r\.csv: is read as text with a sequence on each line"
    ):
        texts(table(tmp_path, "1\n", "txt", column="a"))


def test_labels_may_be_blanks_commas_and_quotes(tmp_path: Path) -> None:
    alphabet = (*DIGITS, " ", ",", '"', "/")
    labels = [
        ["1", " ", "5"],
        [" ", "5"],
        ["1", ",", "5"],
        ["1", ",", "5"],
        ["5", '"', "/"],
    ]
    content = 'id,text\n1,1 5\n2, 5\n3,"1,5"\n4,"1,"","",5"\n5,"5""/"\n'
    rows = table(tmp_path, content).rows(alphabet)
    assert [list(row.labels) for row in rows if isinstance(row, Row)] == labels
    rows = table(tmp_path, '1, ,5\n" ",5\n1,",",5\n1,",",5\n5,"""",/\n').rows(alphabet)
    assert [list(row.labels) for row in rows if isinstance(row, Row)] == labels
