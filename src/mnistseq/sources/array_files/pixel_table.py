"""Read tables with an image in each row: a label, and a number for each pixel."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints
from mnistseq.errors import SourceError
from mnistseq.messages import did_you_mean, listed, plural
from mnistseq.sources.array_files.delimited import Row, open_table

_LABEL_NAMES = ("label", "labels", "class", "target", "y", "digit", "character")
"""Names of the column of labels, in order of preference."""

_INDEX_NAMES = ("", "id", "index", "unnamed: 0")
"""Columns of row numbers, as written by spreadsheets and pandas, which are ignored."""

_WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))(?:\.0*)?")


@dataclass(frozen=True)
class PixelTable:
    """The content of a table.

    Attributes
    ----------
    values : ndarray of float32, shape (N, pixels)
        From 0 to 255.
    labels : ndarray of int64 or str, shape (N,)
        Integers if all labels are whole numbers.
    """

    values: NDArray[np.float32]
    labels: Ints | NDArray[np.str_]


@dataclass(frozen=True)
class _Columns:
    """Indices of the columns of labels and pixels, and the names of all columns."""

    label: int
    pixels: tuple[int, ...]
    number: int
    names: tuple[str, ...] = ()

    def describe(self, index: int) -> str:
        """Return ``column 3 (pixel1)``."""
        return f"column {index + 1}" + (f" ({self.names[index]})" if self.names else "")


def read_pixel_table(path: Path, label: str | None = None) -> PixelTable:
    """Read a table of images: CSV or TSV, gzipped or not, with or without a header.

    `label` is the name or number, from 1, of the column of labels; by default it is the one with a
    usual name or, without a header, the first. A SourceError gives line and column of a bad cell.
    """
    with open_table(path) as rows:
        first = next(rows, None)
        if first is None:
            raise SourceError(f"{path}: has no rows")
        columns = _columns(path, first, label)
        return _read_images(path, columns, rows if columns.names else chain([first], rows))


def _columns(path: Path, first: Row, label: str | None) -> _Columns:
    names = tuple(cell.strip() for cell in first.cells)
    header = sum(map(_is_number, names[1:])) <= len(names[1:]) / 2
    index = _label_index(path, names if header else (), len(names), label)
    ignored = {i for i, name in enumerate(names) if header and name.lower() in _INDEX_NAMES}
    pixels = tuple(i for i in range(len(names)) if i != index and i not in ignored)
    if len(pixels) < 2:
        raise SourceError(
            f"{path}: line {first.line} has {plural(len(names), 'column')}, but a row is a label and a number "
            "for each pixel"
        )
    return _Columns(index, pixels, len(names), names if header else ())


def _label_index(path: Path, names: tuple[str, ...], number: int, label: str | None) -> int:
    """Return the index of the column of labels; `names` is empty without a header."""
    if label is not None:
        if label in names:
            return names.index(label)
        if label.isdecimal() and 1 <= int(label) <= number:
            return int(label) - 1
        hint = did_you_mean(label, names) or f"; it has {plural(number, 'column')}"
        raise SourceError(f"{path}: has no column {label!r}{hint}")
    if not names:
        return 0
    lower = [name.lower() for name in names]
    for name in _LABEL_NAMES:
        if name in lower:
            return lower.index(name)
    raise SourceError(
        f"{path}: has no column called label; choose one with source.parameters.label: "
        f"{listed(names, limit=5)}"
    )


def _read_images(path: Path, columns: _Columns, rows: Iterator[Row]) -> PixelTable:
    pixels_of = itemgetter(*columns.pixels)
    values, lines, labels = array("f"), array("q"), list[str]()
    for line, cells in rows:
        if len(cells) != columns.number:
            raise SourceError(
                f"{path}: line {line} has {plural(len(cells), 'column')}, but the first has {columns.number}"
            )
        label = cells[columns.label].strip()
        if not label:
            column = columns.describe(columns.label)
            raise SourceError(f"{path}: line {line}, {column}: the label is empty")
        try:
            values.extend(map(float, pixels_of(cells)))
        except ValueError:
            index = next(i for i in columns.pixels if not _is_number(cells[i]))
            where = f"{path}: line {line}, {columns.describe(index)}"
            raise SourceError(f"{where}: {cells[index]!r} is not a number") from None
        labels.append(label)
        lines.append(line)
    if not labels:
        raise SourceError(f"{path}: has a header, but no images")
    table = np.frombuffer(values, dtype=np.float32).reshape(len(labels), -1)
    _check_range(path, columns, table, lines)
    return PixelTable(table, _as_numbers(labels))


def _check_range(
    path: Path, columns: _Columns, values: NDArray[np.float32], lines: Sequence[int]
) -> None:
    wrong = ~((values >= 0) & (values <= 255))
    if wrong.any():
        row, pixel = divmod(int(wrong.argmax()), values.shape[1])
        where = f"{path}: line {lines[row]}, {columns.describe(columns.pixels[pixel])}"
        raise SourceError(
            f"{where}: {values[row, pixel]:g} is not a pixel; pixels are numbers from 0 to 255, or "
            "from 0 to 1"
        )


def _as_numbers(labels: list[str]) -> Ints | NDArray[np.str_]:
    """Return labels as integers if all are whole numbers without leading zeros, which would be lost."""
    matches = [_WHOLE.fullmatch(label) for label in labels]
    numbers = [match[1] for match in matches if match is not None]
    if len(numbers) < len(labels) or max(map(len, numbers)) > 18:
        return np.array(labels)
    return np.array(numbers, dtype=np.int64)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
