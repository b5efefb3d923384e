"""Read CSV and similar formats: find the delimiter and the header, and yield the rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TypeAlias

from mnistseq.core.sequences import has_line_break
from mnistseq.errors import ColumnError
from mnistseq.messages import did_you_mean, plural
from mnistseq.pipeline.rows.columns import KNOWN_COLUMN, OPTIONS, ColumnChoice, Columns, is_known
from mnistseq.pipeline.rows.label_parser import LabelParser
from mnistseq.pipeline.rows.table import (
    KEPT,
    NumberedRows,
    Table,
    UnreadableFileError,
    UnreadableRow,
)

_DELIMITERS = ",;\t"

_DECLARED = re.compile(r"sep=(.)")
"""Prefix of the line in which spreadsheets declare the delimiter."""

_LOOKED_AT = 20
"""Number of rows examined to decide whether the first line is a header."""

_Records: TypeAlias = Iterator[tuple[int, list[str] | UnreadableRow]]


def read_csv(
    lines: Iterable[str],
    labels: LabelParser,
    choice: ColumnChoice = KNOWN_COLUMN,
    delimiter: str | None = None,
) -> Table:
    """Read CSV as RFC 4180 defines it, with or without a header.

    Parameters
    ----------
    labels : LabelParser
        Used to decide whether the first line is a row or a header.
    delimiter : str, optional
        By default the comma, semicolon or tab that the first line contains.

    Raises
    ------
    ColumnError
        If the column of the sequences or another chosen column is missing or ambiguous.
    UnreadableFileError
        If quotes do not match; for later lines, this is raised while rows are read.
    """
    lines = iter(lines)
    if delimiter is None:
        delimiter, lines = _find_delimiter(lines, labels, choice)
    records = _filled(_records(lines, delimiter))
    start = list(islice(records, _LOOKED_AT))
    records = chain(start, records)
    first = next((cells for _, cells in start[:1] if not isinstance(cells, UnreadableRow)), None)
    if first is None:
        return Table(_without_header(records, labels))
    rest = [cells for _, cells in start[1:] if not isinstance(cells, UnreadableRow)]
    number = _column_number(first, choice)
    if number is not None:
        if not _is_header(first, rest, labels, KNOWN_COLUMN):
            return Table(_one_column(records, number, choice))
        choice = replace(choice, column=first[number].strip())
    if _is_header(first, rest, labels, choice):
        next(records)
        names = _without_empty_end([name.strip() for name in first])
        columns = Columns.of([name for name in names if name], choice)
        return Table(_with_header(records, names, columns), columns.unused)
    _refuse_table_without_header(first, labels)
    return Table(_without_header(records, labels))


def _find_delimiter(
    lines: Iterator[str], labels: LabelParser, choice: ColumnChoice
) -> tuple[str, Iterator[str]]:
    """Return the delimiter of the first line that is not blank, and all lines."""
    blank = []
    first = ""
    for first in lines:
        if first.strip():
            break
        blank.append(first)
    declared = _DECLARED.fullmatch(first.strip("\r\n"))
    if declared:
        return declared[1], chain(blank, ["\n"], lines)
    return _guess_delimiter(first, labels, choice), chain(blank, [first], lines)


def _guess_delimiter(line: str, labels: LabelParser, choice: ColumnChoice) -> str:
    line = line.rstrip("\r\n")
    if labels.can_parse(line):
        return ","
    wanted = {name.lower() for name in (choice.column, *choice.keep) if name is not None}
    cells = {}
    for delimiter in _DELIMITERS:
        try:
            record = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            record = []
        cells[delimiter] = [cell.strip() for cell in record]
    for delimiter, names in cells.items():
        if is_known(names) or not wanted.isdisjoint(name.lower() for name in names):
            return delimiter
    return max(_DELIMITERS, key=lambda delimiter: len(cells[delimiter]))


def _records(lines: Iterable[str], delimiter: str) -> _Records:
    """Yield the last line number and the cells of each record.

    UnreadableFileError if a quote is not closed on its line. This is not just a bad row, because
    any number of rows may have become part of it.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before > 1:
                raise _open_quote(before + 1) from None
            yield reader.line_num, UnreadableRow(f"is not CSV: {error}")
            continue
        if reader.line_num - before > 1 and any(map(has_line_break, map(str.rstrip, cells))):
            raise _open_quote(before + 1)
        yield reader.line_num, cells


def _filled(records: _Records) -> _Records:
    """Yield the records that are not blank."""
    for line, cells in records:
        if isinstance(cells, UnreadableRow) or any(map(str.strip, cells)):
            yield line, cells


def _open_quote(line: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"line {line}: a quote is opened on this line and not closed on it; close it, or remove it "
        "(several lines in one image are not possible)"
    )


def _without_empty_end(cells: list[str]) -> list[str]:
    """Remove empty cells at the end, which spreadsheets add."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _column_number(first: Sequence[str], choice: ColumnChoice) -> int | None:
    """Return the index of a column chosen by number, unless a column has that name."""
    column = choice.column
    if column is None or not (column.isascii() and column.isdecimal()):
        return None
    names = [name.strip() for name in first]
    if column in names:
        return None
    if not 1 <= int(column) <= len(names):
        raise ColumnError(f"no column {column}", _numbers(names), "column")
    return int(column) - 1


def _numbers(cells: Sequence[str]) -> list[str]:
    return [str(number) for number in range(1, len(cells) + 1)]


def _is_header(
    first: Sequence[str],
    rest: Iterable[Sequence[str]],
    labels: LabelParser,
    choice: ColumnChoice,
) -> bool:
    """Return whether the first row is a header.

    It is if a column is chosen or has a known name, or if it has words where the rows below
    have sequences.
    """
    names = [name.strip() for name in first if name.strip()]
    lower = {name.lower() for name in names}
    if choice.column is not None or choice.keep or "sequence" in lower:
        return True
    if labels.known.issuperset(names):
        return False
    if is_known(names):
        return True
    if _is_row(first, labels):
        return False
    if not lower.isdisjoint(OPTIONS):
        return True
    return all(_is_word(name, labels) for name in names) and any(
        _is_row(cells, labels) or any(map(labels.can_parse, filter(str.strip, cells)))
        for cells in rest
    )


def _is_word(name: str, labels: LabelParser) -> bool:
    """Return whether a cell is more likely the name of a column than a misspelt label."""
    return (name[0].isalpha() or name[0] == "_") and not did_you_mean(name, labels.alphabet)


def _is_row(cells: Sequence[str], labels: LabelParser) -> bool:
    return labels.can_parse(_sequence(cells, labels))


def _refuse_table_without_header(first: Sequence[str], labels: LabelParser) -> None:
    """Raise ColumnError if the first row has other values beside a sequence, such as file names."""
    cells = [cell for cell in first if cell.strip()]
    sequences = [cell for cell in cells if labels.can_parse(cell)]
    if len(cells) > len(sequences) and any(len(labels.parse(cell)) > 1 for cell in sequences):
        raise ColumnError(
            "no header that names the columns of the sequences", _numbers(first), "column"
        )


def _without_header(records: _Records, labels: LabelParser) -> NumberedRows:
    for line, cells in records:
        if isinstance(cells, UnreadableRow):
            yield line, cells
        else:
            yield line, {"sequence": _sequence(cells, labels)}


def _sequence(cells: Sequence[str], labels: LabelParser) -> str | list[str]:
    """Return the sequence in a row without a header: one cell, or one label per cell.

    Empty cells at the end are ignored.
    """
    if len(cells) > 1 and labels.known.issuperset(cells):
        return list(cells)  # the usual case, at half the cost
    found = _without_empty_end([labels.clean(cell) for cell in cells])
    return cells[0] if len(found) == 1 else found


def _one_column(records: _Records, number: int, choice: ColumnChoice) -> NumberedRows:
    if choice.keep:
        raise ColumnError(f"no column called {choice.keep[0]}, because there is no header")
    for line, cells in records:
        if isinstance(cells, UnreadableRow):
            yield line, cells
        elif number < len(cells):
            yield line, {"sequence": cells[number]}
        else:
            yield line, UnreadableRow(f"has only {plural(len(cells), 'cell')}")


def _with_header(records: _Records, names: Sequence[str], columns: Columns) -> NumberedRows:
    sequence = names.index(columns.sequence)
    options = [(option, names.index(name)) for option, name in columns.options.items()]
    keep = [names.index(name) for name in columns.keep]
    for line, cells in records:
        if isinstance(cells, UnreadableRow):
            yield line, cells
        elif any(cell.strip() for cell in cells[len(names) :]):
            problem = (
                f"has {plural(len(cells), 'cell')} for {plural(len(names), 'column')}; put quotes around a sequence "
                "with commas"
            )
            yield line, UnreadableRow(problem)
        else:
            values = [*cells, *[""] * (len(names) - len(cells))]
            row: dict[str, object] = {"sequence": values[sequence]}
            for option, index in options:
                row[option] = values[index].strip()
            if keep:
                row[KEPT] = tuple(values[index].strip() for index in keep)
            yield line, row
