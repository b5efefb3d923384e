"""Read a list of sequences with weights as a law of random sequences."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mnistseq.core.weighted_sequences import WeightedSequences
from mnistseq.errors import ArgumentError, RequestError
from mnistseq.pipeline.rows.binary_files import refuse_other_kinds
from mnistseq.pipeline.rows.columns import KNOWN_COLUMN, Columns, is_known
from mnistseq.pipeline.rows.label_parser import LabelParser
from mnistseq.pipeline.rows.table import UnreadableFileError

_MOST_TEXTS = 1_000_000
"""Maximum number of texts, because every worker holds all of them in memory."""

_GREATEST = 1e15
"""Maximum weight, so that no sum of weights is infinite."""

_WEIGHT = "weight"
"""Name of the column of weights."""


def read_weights(
    path: Path, alphabet: tuple[str, ...], display_name: str | None = None
) -> WeightedSequences:
    """Read sequences with weights from CSV, or with tabs or semicolons as delimiters.

    The first cell of a row is a sequence, the second its weight. Without a second cell the
    weight is 1, so a plain list works, too. A first row without a sequence, or with a known
    name of a column, is a header.

    Parameters
    ----------
    alphabet : tuple of str
        Labels of the source.
    display_name : str, optional
        Name of the file in messages; by default its path.

    Raises
    ------
    ArgumentError
        If the file cannot be read, has no texts or too many, or a line is invalid.
    """
    name = display_name or str(path)
    parser = LabelParser(alphabet)
    codes = {label: code for code, label in enumerate(alphabet)}
    sequences, weights = list[tuple[int, ...]](), list[float]()
    columns: _Columns | None = None
    for line, cells in _rows(path, name, alphabet):
        try:
            if columns is None:
                columns = _Columns()
                if _is_header(cells, parser):
                    columns = _Columns.named(cells)
                    continue
            weights.append(columns.weight_in(cells))
            labels = parser.parse(columns.text_in(cells))
            sequences.append(tuple(codes[label] for label in labels))
        except (ValueError, RequestError) as error:
            raise ArgumentError(f"{name}, line {line}: {error}") from None
        if len(weights) > _MOST_TEXTS:
            raise ArgumentError(
                f"{name}: has more than {_MOST_TEXTS:,} texts; give fewer, or draw rows of a file"
            )
    if not weights:
        raise ArgumentError(f"{name}: has no texts; write one in each line, as in 350,12")
    return WeightedSequences(len(alphabet), tuple(sequences), tuple(weights))


@dataclass(frozen=True)
class _Columns:
    """Indices of the columns, and the maximum number of columns."""

    text: int = 0
    weight: int = 1
    count: int = 2

    @classmethod
    def named(cls, header: list[str]) -> _Columns:
        """Find the columns named in a header; without a known name the first is the text."""
        names = [name.lower() for name in header]
        text = header.index(Columns.of(header, KNOWN_COLUMN).sequence) if is_known(header) else 0
        if _WEIGHT in names:
            return cls(text, names.index(_WEIGHT), len(header))
        if len(header) > 2:
            raise ValueError(f"{len(header)} columns, of which none is called {_WEIGHT}")
        return cls(text, 1 - text)

    def text_in(self, cells: list[str]) -> str:
        """Return the text in a row."""
        return cells[self.text] if self.text < len(cells) else ""

    def weight_in(self, cells: list[str]) -> float:
        """Return the weight in a row; ValueError if it is not a number above 0."""
        if len(cells) > self.count:
            raise ValueError(f"{len(cells)} cells; give a sequence and its weight, as in 350,12")
        given = cells[self.weight] if self.weight < len(cells) else "1"
        if not _is_number(given) or not 0 < float(given) <= _GREATEST:
            raise ValueError(f"weight {given!r} is not a number above 0, up to {_GREATEST:g}")
        return float(given)


def _is_header(cells: list[str], parser: LabelParser) -> bool:
    """Return whether the first row names columns."""
    if any(map(_is_number, cells)) or parser.known.issuperset(cells):
        return False
    return is_known(cells) or (len(cells) > 1 and not parser.can_parse(cells[0]))


def _rows(path: Path, name: str, alphabet: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of every line that is not blank."""
    try:
        refuse_other_kinds(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=_delimiter(first, alphabet))
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
    except UnreadableFileError as error:
        raise ArgumentError(f"{name}: {error}") from None
    except UnicodeDecodeError:
        raise ArgumentError(f"{name}: is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise ArgumentError(f"{name}: cannot be read: {error}") from None
    except OSError as error:
        raise ArgumentError(f"{name}: cannot be read: {error.strerror or error}") from None


def _delimiter(line: str, alphabet: tuple[str, ...]) -> str:
    """Return the delimiter of a line: the first candidate that is not part of a label."""
    in_labels = "".join(alphabet)
    found = (mark for mark in "\t;" if mark in line and mark not in in_labels)
    return next(found, ",")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
