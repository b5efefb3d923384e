"""Files of rows: every input format, with and without a header, and every kind of bad row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.row import BadRow, Row
from mnistseq.pipeline.rows.row_file import RowFile, format_of

DIGITS = tuple("0123456789")
PETS = ("cat", "dog", "7")


def read(
    folder: Path, content: bytes | str, row_format: RowFormat, alphabet: tuple[str, ...] = DIGITS
) -> list[Row | BadRow]:
    path = folder / "rows"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(RowFile(path, row_format, "rows").rows(alphabet))


def texts(rows: list[Row | BadRow]) -> list[str]:
    assert all(isinstance(row, Row) for row in rows), rows
    return ["".join(row.labels) for row in rows if isinstance(row, Row)]


def problem(folder: Path, content: bytes | str, row_format: RowFormat) -> str:
    rows = read(folder, content, row_format)
    bad = [row for row in rows if isinstance(row, BadRow)]
    assert len(bad) == 1, rows
    return f"{bad[0].line}: {bad[0].problem}"


@pytest.mark.parametrize(
    ("row_format", "content"),
    [
        ("csv", "010\n35\n"),
        ("csv", "sequence\n010\n35\n"),
        ("csv", "Sequence,WIDTH\n010,\n35,\n"),
        ("csv", "0,1,0\n3,5\n"),
        ("csv", '"010"\r\n"3,5"\r\n'),
        ("csv", 'name,sequence\n,"0,1,0"\n,35'),
        ("csv", "\n\nsequence\n\n010\n \n35\n,\n"),
        ("csv", " 0 , 1 ,0,,\n3,5,,\n"),
        ("csv", "010\r35\r"),
        ("tsv", "sequence\tmin\n010\t\n3,5\t\n"),
        ("tsv", "0\t1\t0\n3\t5\n"),
        ("jsonl", '"010"\n["3", 5]\n'),
        ("jsonl", '{"sequence": "010"}\r\n\r\n{"sequence": ["3", "5"], "min": null}\r\n'),
        ("txt", "010\n\n  3,5 \n"),
        ("txt", "010\r\n35"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_every_input_format_gives_the_same_rows(
    tmp_path: Path, row_format: RowFormat, content: str, mark: bytes
) -> None:
    assert texts(read(tmp_path, mark + content.encode(), row_format)) == ["010", "35"]


@pytest.mark.parametrize(
    ("row_format", "content"),
    [
        ("csv", "width,sequence,count,min,max,name\n90,35, 2 ,-1,+3, a b \n"),
        ("tsv", "width\tsequence\tcount\tmin\tmax\tname\n90\t35\t2\t-1\t3\ta b\n"),
        (
            "jsonl",
            '{"sequence": "35", "min": -1, "max": "3", "width": 90, "count": 2, "name": "a b"}',
        ),
    ],
)
def test_columns_may_be_in_any_order(tmp_path: Path, row_format: RowFormat, content: str) -> None:
    row = read(tmp_path, content, row_format)[0]
    assert isinstance(row, Row)
    assert row._replace(line=0) == Row(("3", "5"), -1, 3, 90, 2, "a b")


def test_empty_cells_mean_the_default(tmp_path: Path) -> None:
    rows = read(tmp_path, "sequence,min,max,width,count,name\n35\n35,,,,,\n", "csv")
    assert [row._replace(line=0) for row in rows if isinstance(row, Row)] == [Row(("3", "5"))] * 2


def test_lines_are_numbered_as_in_an_editor(tmp_path: Path) -> None:
    content = 'sequence,name\n1,a\n\n2,"b\n"\n3,c\n'
    assert [row.line for row in read(tmp_path, content, "csv")] == [2, 5, 6]
    assert [row.line for row in read(tmp_path, '"1"\n\n"2"\n', "jsonl")] == [1, 3]


def test_labels_may_have_several_characters(tmp_path: Path) -> None:
    for row_format, content in (
        ("csv", 'cat,dog\ncat\n"dog,7"\n'),
        ("txt", "cat,dog\ncat\ndog, 7\n"),
        ("jsonl", '["cat", "dog"]\n"cat"\n["dog", 7]\n'),
    ):
        rows = read(tmp_path, content, row_format, PETS)  # type: ignore[arg-type]
        labels = [row.labels for row in rows if isinstance(row, Row)]
        assert labels == [("cat", "dog"), ("cat",), ("dog", "7")]


@pytest.mark.parametrize(
    ("row_format", "content", "message"),
    [
        ("csv", "1\n3a5\n", "2: unknown label 'a'; the source has 0, 1, 2"),
        ("csv", "1\n3,,5\n", "2: "),
        ("csv", "sequence,min\n1,x\n", "2: min is 'x'; give a whole number from -65500 to 65500"),
        ("csv", "sequence,min\n1,1_0\n", "2: min is '1_0'; give a whole number"),
        ("csv", "sequence,max\n1,1.5\n", "2: max is '1.5'; give a whole number"),
        ("csv", "sequence,max\n1,99999999999\n", "2: max is '99999999999'; give a whole number"),
        ("csv", "sequence,width\n1,0\n", "2: width is '0'; give a whole number from 1 to 65500"),
        ("csv", "sequence,count\n1,0\n", "2: count is '0'; give a whole number from 1 to 1000000"),
        ("csv", "sequence,count\n1,10000001\n", "2: count is '10000001'; give a whole number"),
        ("csv", "sequence,min\n1,2,3\n", "2: has 3 cells for 2 columns; put quotes around"),
        ("csv", "name,sequence\na\n", "2: the sequence is empty"),
        ("csv", 'sequence\n"1"2\n', "2: is not CSV: ',' expected after '\"'"),
        ("csv", '1\n"2\n', "2: is not CSV: unexpected end of data"),
        ("csv", b"1\n\xff\n", "2: '\\udcff' is not UTF-8; save the file as UTF-8"),
        ("csv", b"sequence,name\n1,\xe4\n", "2: name '\\udce4' cannot be a file name"),
        ("tsv", "sequence\tname\n1\ta/b\n", "2: name 'a/b' cannot be a file name"),
        (
            "jsonl",
            '{"sequence": 10}\n',
            "1: the sequence 10 is not a string; put it in quotes, because a",
        ),
        ("jsonl", "10\n", "1: the sequence 10 is not a string"),
        ("jsonl", "true\n", "1: the sequence True is not a string"),
        ("jsonl", "null\n", "1: the sequence is empty"),
        ("jsonl", "[]\n", "1: the sequence is empty"),
        ("jsonl", "[1.5]\n", "1: label 1.5 is neither a string nor a whole number"),
        ("jsonl", '"1\n', "1: is not JSON: Unterminated string"),
        ("jsonl", "[" * 100_000, "1: is not JSON: "),
        (
            "jsonl",
            '"1"\n{"sequence": "1"}\n{"min": 1}',
            "3: has no column called sequence; the columns are min",
        ),
        ("txt", "1\n3\u20284\n", "2: '3\\u20284' has several lines, but an image has one line"),
        ("jsonl", '"1\\n2"', "1: '1\\n2' has several lines, but an image has one line; give each"),
        ("jsonl", '{"sequence": "1", "name": ["a"]}', "1: name is ['a']; give a string"),
        ("csv", "sequence,name\n1,__key__\n", "2: name '__key__' begins or ends with a blank, or"),
        ("jsonl", '{"sequence": "1", "min": true}', "1: min is True; give a whole number"),
        ("jsonl", '{"sequence": "1", "min": 1.0}', "1: min is 1.0; give a whole number"),
        (
            "jsonl",
            '{"sequence": "1", "name": "\\ud800"}',
            "1: name '\\ud800' cannot be a file name",
        ),
        ("txt", "1\n2 3\n", "2: unknown label ' '"),
    ],
)
def test_a_row_that_cannot_be_read_has_a_line_and_a_reason(
    tmp_path: Path, row_format: RowFormat, content: bytes | str, message: str
) -> None:
    assert problem(tmp_path, content, row_format).startswith(message)


def test_rows_after_a_bad_one_are_read(tmp_path: Path) -> None:
    rows = read(tmp_path, b'1\n"2"3\n\xff\n4\n', "csv")
    assert [type(row).__name__ for row in rows] == ["Row", "BadRow", "BadRow", "Row"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            'sequence\n1\n"2\n3\n4\n',
            "rows: line 3: a quote is opened on this line and not closed",
        ),
        (
            'sequence\n"2\n3\n"\n4\n',
            "rows: line 2: a quote is opened on this line and not closed",
        ),
        ("1\n2\n".encode("utf-16"), "rows: is UTF-16; save the file as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    tmp_path: Path, content: bytes | str, message: str
) -> None:
    with pytest.raises(ArgumentError) as error:
        read(tmp_path, content, "csv")
    assert str(error.value).startswith(message)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"^it: cannot be read: No such file or directory$"):
        list(RowFile(tmp_path / "x", "csv", "it").rows(DIGITS))


@pytest.mark.parametrize(
    ("name", "row_format"),
    [
        ("a.csv", "csv"),
        ("a.TSV", "tsv"),
        ("a.tab", "tsv"),
        ("a.json", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.jsonl", "jsonl"),
        ("a.text", "txt"),
        ("a.txt", "txt"),
        ("a", "csv"),
        ("a.dat", "csv"),
    ],
)
def test_the_ending_of_a_name_gives_the_format(name: str, row_format: str) -> None:
    assert format_of(name) == row_format


@given(st.lists(st.text(st.sampled_from("0123456789"), min_size=1, max_size=30), min_size=1))
def test_sequences_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, sequences: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    for row_format, line in (("csv", "{}"), ("tsv", '"{}"'), ("txt", "{}"), ("jsonl", '"{}"')):
        content = "\n".join(line.format(text) for text in sequences)
        assert texts(read(folder, content, row_format)) == sequences  # type: ignore[arg-type]


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_an_argument_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    for row_format in ("csv", "tsv", "jsonl", "txt"):
        try:
            rows = read(folder, content, row_format)
        except ArgumentError:
            continue
        json.dumps([row.problem for row in rows if isinstance(row, BadRow)])
