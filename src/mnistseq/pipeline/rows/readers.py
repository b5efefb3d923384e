"""Read the rows of a file in any input format."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Literal, TypeAlias

from mnistseq.pipeline.rows.columns import KNOWN_COLUMN, SEQUENCE, ColumnChoice
from mnistseq.pipeline.rows.csv_table import read_csv
from mnistseq.pipeline.rows.jsonl_table import read_jsonl
from mnistseq.pipeline.rows.label_parser import LabelParser
from mnistseq.pipeline.rows.table import NumberedRows, Table, UnreadableFileError

RowFormat: TypeAlias = Literal["csv", "tsv", "jsonl", "txt"]


def read_table(
    lines: Iterable[str], row_format: RowFormat, labels: LabelParser, choice: ColumnChoice
) -> Table:
    """Read the rows of a file.

    ColumnError if a required column is missing or ambiguous. UnreadableFileError if the file as a
    whole cannot be read; also raised while rows are read.
    """
    match row_format:
        case "csv":
            return read_csv(lines, labels, choice)
        case "tsv":
            return read_csv(lines, labels, choice, "\t")
        case "jsonl":
            return read_jsonl(lines, choice)
        case "txt":
            return _read_txt(lines, labels, choice)


def _read_txt(lines: Iterable[str], labels: LabelParser, choice: ColumnChoice) -> Table:
    """Read one sequence from each line; lines with tabs are lists of labels."""
    lines = iter(lines)
    blank = []
    for line in lines:
        blank.append(line)
        if line.strip():
            break
    lines = chain(blank, lines)
    if blank and "\t" in blank[-1].strip() and not labels.can_parse(blank[-1].rstrip("\r\n")):
        return read_csv(lines, labels, choice, "\t")
    if choice != KNOWN_COLUMN:
        raise UnreadableFileError(
            "is read as text with a sequence on each line, which has no columns; give the input "
            "format csv or tsv"
        )
    return Table(_text_rows(lines))


def _text_rows(lines: Iterable[str]) -> NumberedRows:
    for line, text in enumerate(lines, 1):
        if text.strip():
            yield line, {SEQUENCE: text.rstrip("\r\n")}
