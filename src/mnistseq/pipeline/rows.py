"""Sequences from a file: CSV, TSV, JSON Lines or plain text, a row at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from mnistseq.core.sequences import split
from mnistseq.errors import ArgumentError, LabelError, RequestError

RowFormat: TypeAlias = Literal["csv", "tsv", "jsonl", "txt"]

COLUMNS = ("sequence", "min", "max", "width", "count", "name")


@dataclass(frozen=True)
class Row:
    """One row: what to write, and what differs from the config.

    Attributes
    ----------
    labels : tuple of str
    minimum, maximum, width : int or None
        Range of a gap and width of the image in pixels; None: the config's.
    count : int
        How many samples of it.
    name : str or None
        What the samples are called.
    line : int
        Where the row stands in its file.
    """

    labels: tuple[str, ...]
    minimum: int | None = None
    maximum: int | None = None
    width: int | None = None
    count: int = 1
    name: str | None = None
    line: int = 0


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be drawn: its line, and why."""

    line: int
    problem: str


@dataclass(frozen=True)
class RowFile:
    """A file of rows. Reading it twice gives the same rows; it is never held whole.

    Parameters
    ----------
    path : Path
    form : {'csv', 'tsv', 'jsonl', 'txt'}
    title : str
        What to call it in messages.
    """

    path: Path
    form: RowFormat
    title: str

    def rows(self, alphabet: tuple[str, ...]) -> Iterator[Row | BadRow]:
        """Read the rows, those that cannot be understood as what they are.

        Raises
        ------
        ArgumentError
            If the file as a whole cannot be read.
        """
        known = frozenset(alphabet)
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                for line, cells in _READERS[self.form](file):
                    try:
                        row = _row(line, cells, alphabet, known)
                    except RequestError as error:
                        yield BadRow(line, str(error))
                    else:
                        yield row
        except UnicodeDecodeError as error:
            raise ArgumentError(
                f"{self.title}: is not UTF-8 (near byte {error.start}); save the file as UTF-8"
            ) from None
        except csv.Error as error:
            raise ArgumentError(f"{self.title}: is no {self.form.upper()}: {error}") from None
        except _HeaderError as error:
            raise ArgumentError(f"{self.title}:1: {error}") from None
        except OSError as error:
            raise ArgumentError(
                f"{self.title}: cannot be read: {error.strerror or error}"
            ) from None


def format_of(name: str) -> RowFormat:
    """The format that a file's name says; CSV where it says nothing known."""
    ending = Path(name).suffix.lstrip(".").lower()
    aliases = {"json": "jsonl", "ndjson": "jsonl", "tab": "tsv", "text": "txt"}
    ending = aliases.get(ending, ending)
    return next((form for form in get_args(RowFormat) if form == ending), "csv")


class _HeaderError(ValueError):
    pass


class _Garbled(str):
    """In place of cells: why there are none."""


_Cells: TypeAlias = Mapping[str, Any]
"""Column → text, or what JSON has there; ``sequence`` is a text or a list of labels."""


def _read_csv(file: Iterable[str], delimiter: str = ",") -> Iterator[tuple[int, _Cells | _Garbled]]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    for number, cells in enumerate(reader):
        names = [cell.strip() for cell in cells]
        if number == 0 and "sequence" in names:
            header = names
            unknown = [name for name in names if name not in COLUMNS]
            if unknown or len(set(names)) < len(names):
                raise _HeaderError(
                    f"columns {', '.join(names)}: each once of {', '.join(COLUMNS)}, no other"
                )
        elif not any(names):
            continue
        elif header is None:
            while not names[-1]:
                names.pop()
            yield reader.line_num, {"sequence": names if len(names) > 1 else names[0]}
        elif len(names) > len(header):
            yield (
                reader.line_num,
                _Garbled(
                    f"has {len(names)} cells for {len(header)} columns; put quotes around a "
                    "sequence with commas"
                ),
            )
        else:
            yield reader.line_num, dict(zip(header, names, strict=False))


def _read_tsv(file: Iterable[str]) -> Iterator[tuple[int, _Cells | _Garbled]]:
    return _read_csv(file, "\t")


def _read_jsonl(file: Iterable[str]) -> Iterator[tuple[int, _Cells | _Garbled]]:
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except ValueError as error:
            yield line, _Garbled(f"is not JSON: {error}")
            continue
        cells = value if isinstance(value, dict) else {"sequence": value}
        unknown = [str(name) for name in cells if name not in COLUMNS]
        if unknown or "sequence" not in cells:
            yield (
                line,
                _Garbled(
                    f"has the keys {', '.join(cells)}; sequence is needed, of {', '.join(COLUMNS)}"
                ),
            )
            continue
        yield line, cells


def _read_txt(file: Iterable[str]) -> Iterator[tuple[int, _Cells | _Garbled]]:
    for line, text in enumerate(file, 1):
        if text.strip():
            yield line, {"sequence": text.strip()}


_READERS = {"csv": _read_csv, "tsv": _read_tsv, "jsonl": _read_jsonl, "txt": _read_txt}


def _row(
    line: int, cells: _Cells | _Garbled, alphabet: tuple[str, ...], known: frozenset[str]
) -> Row:
    if isinstance(cells, _Garbled):
        raise ArgumentError(cells)
    sequence = cells["sequence"]
    if isinstance(sequence, bool | int | float | dict):
        raise ArgumentError(
            f"the sequence {sequence!r} is no text; write it as one, for a number loses its zeros"
        )
    labels = tuple(split("" if sequence is None else sequence, alphabet))
    for label in labels:
        if label not in known:
            raise LabelError(f"unknown label {label!r}; the source has {', '.join(alphabet[:40])}")
    name = cells.get("name")
    return Row(
        labels=labels,
        minimum=_number(cells, "min"),
        maximum=_number(cells, "max"),
        width=_number(cells, "width", 1),
        count=1 if (count := _number(cells, "count", 1)) is None else count,
        name=None if name in (None, "") else _file_name(str(name)),
        line=line,
    )


def _number(cells: _Cells, column: str, least: int | None = None) -> int | None:
    value = cells.get(column)
    if value is None or value == "":
        return None
    try:
        number = (
            int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        )
    except ValueError:
        number = None
    if number is None or (least is not None and number < least):
        kind = "a whole number" if least is None else f"a whole number of {least} or more"
        raise ArgumentError(f"{column} is {value!r}; give {kind}")
    return number


def _file_name(name: str) -> str:
    if len(name.encode()) > 100 or any(mark in name for mark in '/\\:*?"<>|.\0\n\r\t'):
        raise ArgumentError(
            f"name {name!r} cannot be a file's; take up to 100 bytes without . / \\ : * ? \" < > |"
        )
    return name
