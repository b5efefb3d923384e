"""Sequences from a file: CSV, TSV, JSON Lines or plain text, a row at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from mnistseq.config.sections import MAX_GAP
from mnistseq.core.layout import MAX_WIDTH
from mnistseq.core.sequences import split
from mnistseq.errors import ArgumentError, LabelError, RequestError
from mnistseq.pipeline.rows.names import check_name
from mnistseq.pipeline.rows.readers import READERS, Cells, Garbled, HeaderError

RowFormat: TypeAlias = Literal["csv", "tsv", "jsonl", "txt"]

MAX_COUNT = 10**9

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}|[+]?10{9}")
_LABELS_LISTED = 40
_LONGEST_PROBLEM = 1000

_OTHER_KINDS = {
    b"\xff\xfe": "is UTF-16; save the file as UTF-8",
    b"\xfe\xff": "is UTF-16; save the file as UTF-8",
    b"PK\x03\x04": "is a spreadsheet or a ZIP archive; save its rows as CSV",
} | {
    magic: f"is compressed; unpack it, as in {tool} -dc FILE | mnistseq batch -"
    for magic, tool in ((b"\x1f\x8b", "gzip"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"))
}
"""How files begin that are no text in UTF-8, and what to do about them."""


class Row(NamedTuple):
    """One row: what to write, and what differs from the config.

    A tuple, for millions of them are made, and this takes a third of the time.

    Attributes
    ----------
    labels : tuple of str
    minimum, maximum, width : int or None
        Range of a gap and width of the image in pixels; None: the config's.
    samples : int
        How many of it.
    name : str or None
        What the samples are called.
    line : int
        Where the row stands in its file.
    """

    labels: tuple[str, ...]
    minimum: int | None = None
    maximum: int | None = None
    width: int | None = None
    samples: int = 1
    name: str | None = None
    line: int = 0


class RowPart(NamedTuple):
    """Some of a row's samples: so many, from number `begin` on."""

    row: Row
    begin: int
    samples: int

    def names(self) -> Iterator[str | None]:
        """What each sample is called: the row's name, with a number where there are several."""
        name = self.row.name
        if name is None or self.row.samples == 1:
            return repeat(name, self.samples)
        return (f"{name}_{number}" for number in range(self.begin, self.begin + self.samples))


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
        parse = _Parser(alphabet)
        try:
            self._refuse_other_kinds()
            # What is not UTF-8 is let through as such, and refused with its row.
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                for line, cells in READERS[self.form](file):
                    try:
                        row = parse(line, cells)
                    except RequestError as error:
                        yield BadRow(line, _shortened(str(error)))
                    else:
                        yield row
        except HeaderError as error:
            raise ArgumentError(f"{self.title}: {error}") from None
        except OSError as error:
            raise ArgumentError(
                f"{self.title}: cannot be read: {error.strerror or error}"
            ) from None

    def _refuse_other_kinds(self) -> None:
        with self.path.open("rb") as file:
            start = file.read(max(map(len, _OTHER_KINDS)))
        for magic, advice in _OTHER_KINDS.items():
            if start.startswith(magic):
                raise HeaderError(advice)


def format_of(name: str) -> RowFormat:
    """The format that a file's name says; CSV where it says nothing known."""
    ending = Path(name).suffix.lstrip(".").lower()
    aliases = {"json": "jsonl", "ndjson": "jsonl", "tab": "tsv", "text": "txt"}
    ending = aliases.get(ending, ending)
    return next((form for form in get_args(RowFormat) if form == ending), "csv")


class _Parser:
    """Cells → row."""

    def __init__(self, alphabet: tuple[str, ...]) -> None:
        self._alphabet = alphabet
        self._known = frozenset(alphabet)
        self._characters = all(len(label) == 1 for label in alphabet)

    def __call__(self, line: int, cells: Cells | Garbled) -> Row:
        if isinstance(cells, Garbled):
            raise ArgumentError(cells)
        labels = self._labels(cells.get("sequence"))
        if len(cells) == 1:
            return Row(labels, line=line)
        name = cells.get("name")
        count = _number(cells, "count", 1, MAX_COUNT)
        return Row(
            labels,
            minimum=_number(cells, "min", -MAX_GAP, MAX_GAP),
            maximum=_number(cells, "max", -MAX_GAP, MAX_GAP),
            width=_number(cells, "width", 1, MAX_WIDTH),
            samples=1 if count is None else count,
            name=None if name in (None, "") else check_name(_text("name", name)),
            line=line,
        )

    def _labels(self, sequence: Any) -> tuple[str, ...]:
        if self._characters and isinstance(sequence, str) and "," not in sequence:
            # The usual case, and many times as quick as the general one.
            labels = tuple(sequence.strip())
            if labels and self._known.issuperset(labels):
                return labels
        if isinstance(sequence, bool | int | float | dict):
            raise ArgumentError(
                f"the sequence {sequence!r} is no text; write it as one, for a number loses its "
                "zeros"
            )
        labels = tuple(split("" if sequence is None else sequence, self._alphabet))
        for label in labels:
            if label not in self._known:
                raise LabelError(self._unknown(label))
        return labels

    def _unknown(self, label: str) -> str:
        if not is_text(label):
            return f"{label!r} is not UTF-8; save the file as UTF-8"
        listed = ", ".join(self._alphabet[:_LABELS_LISTED])
        more = len(self._alphabet) - _LABELS_LISTED
        return f"unknown label {label!r}; the source has {listed}" + (
            f" and {more} more" if more > 0 else ""
        )


def _shortened(problem: str) -> str:
    """What is wrong with a row, without the middle of a value of any length that it quotes."""
    if len(problem) <= _LONGEST_PROBLEM:
        return problem
    return f"{problem[: _LONGEST_PROBLEM // 2]} … {problem[-_LONGEST_PROBLEM // 2 :]}"


def is_text(text: str) -> bool:
    """Whether a text can be written as UTF-8; bytes that were no UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(column: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ArgumentError(f"{column} is {value!r}; give a text")
    return value


def _number(cells: Mapping[str, Any], column: str, low: int, high: int) -> int | None:
    value = cells.get(column)
    if value is None or value == "":
        return None
    number = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = int(value)
    if number is None or not low <= number <= high:
        raise ArgumentError(f"{column} is {value!r}; give a whole number from {low} to {high}")
    return number
