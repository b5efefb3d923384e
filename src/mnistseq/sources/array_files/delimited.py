"""Read tables of delimited text row by row: CSV, TSV or semicolons, gzipped or not."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple, cast

from mnistseq.errors import SourceError
from mnistseq.sources.array_files.files import reading

_DELIMITERS = ",;\t"
_LONGEST_LINE = 2**24
"""Number of characters of the first line that are searched for a delimiter."""


class Row(NamedTuple):
    """A row of a table: its line number and its cells."""

    line: int
    cells: list[str]


@contextmanager
def open_table(path: Path) -> Iterator[Iterator[Row]]:
    """Open a table and provide its rows, except blank ones.

    The delimiter is whichever of comma, semicolon and tab is most frequent in the first line.
    SourceError if the file cannot be read, or is not a table in UTF-8.
    """
    try:
        with reading(path), open(path, "rb") as file, _text(file) as text:
            yield _rows(path, text)
    except UnicodeDecodeError:
        raise SourceError(f"{path}: is not text in UTF-8; save the table as CSV") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: damaged gzip data: {error}; get the file again") from None


def _text(file: IO[bytes]) -> io.TextIOWrapper:
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    plain = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if zipped else file
    return io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")


def _rows(path: Path, lines: io.TextIOWrapper) -> Iterator[Row]:
    first = lines.readline(_LONGEST_LINE)
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise SourceError(f"{path}: line {reader.line_num}: {error}") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(reader.line_num, cells)
