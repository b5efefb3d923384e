"""Lines of a file → cells by column, for each input format."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

COLUMNS = ("sequence", "min", "max", "width", "count", "name")

Cells: TypeAlias = Mapping[str, Any]
"""Column → string, or any JSON value; ``sequence`` is a string or a list of labels."""


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class UnreadableRow:
    """A row without cells, and the reason."""

    problem: str


NumberedRows: TypeAlias = Iterator[tuple[int, Cells | UnreadableRow]]
"""Line and cells of each row; lines count from 1."""


def read_csv(file: Iterable[str], delimiter: str = ",") -> NumberedRows:
    """Read CSV as RFC 4180 defines it, with or without a header."""
    header: list[str] | None = None
    first = True
    for line, cells in _csv_records(file, delimiter):
        if isinstance(cells, UnreadableRow):
            yield line, cells
        elif not any(cells):
            continue
        elif first and (header := _header(line, cells)) is not None:
            pass
        elif header is None:
            labels = _without_empty_end(cells)
            yield line, {"sequence": labels if len(labels) > 1 else labels[0]}
        elif any(cells[len(header) :]):
            problem = (
                f"has {len(cells)} cells for {len(header)} columns; put quotes around a sequence "
                "with commas"
            )
            yield line, UnreadableRow(problem)
        else:
            yield line, dict(zip(header, cells, strict=False))
        first = False


def _csv_records(
    file: Iterable[str], delimiter: str
) -> Iterator[tuple[int, list[str] | UnreadableRow]]:
    """Yield the line on which each record ends, and its cells stripped of blanks.

    Raises
    ------
    UnreadableFileError
        If a quote is closed on a later line, or never: it may have swallowed any number of rows,
        so this is more than a bad row.
    """
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before > 1:
                raise _open_quote(before + 1) from None
            yield reader.line_num, UnreadableRow(f"is not CSV: {error}")
            continue
        if any("\n" in cell or "\r" in cell for cell in cells):
            raise _open_quote(before + 1)
        yield reader.line_num, cells


def _without_empty_end(cells: list[str]) -> list[str]:
    """Return the cells without the empty ones that spreadsheets add; at least one is not empty."""
    end = len(cells)
    while not cells[end - 1]:
        end -= 1
    return cells[:end]


def _open_quote(line: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"line {line}: a quote is opened on this line and not closed on it; close it, or remove it"
    )


def _header(line: int, cells: list[str]) -> list[str] | None:
    """Return the columns that a first row names, or None if it is a row of labels."""
    names = [cell.lower() for cell in _without_empty_end(cells)]
    if "sequence" not in names:
        if set(COLUMNS).isdisjoint(names):
            return None
        raise UnreadableFileError(
            f"line {line}: the header has the columns {', '.join(cells)}, but no column sequence"
        )
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or len(set(names)) < len(names):
        raise UnreadableFileError(
            f"line {line}: the header has the columns {', '.join(names)}; allowed are "
            f"{', '.join(COLUMNS)}, each once"
        )
    return names


def read_tsv(file: Iterable[str]) -> NumberedRows:
    """Read CSV with tabs in place of commas."""
    return read_csv(file, "\t")


def read_jsonl(file: Iterable[str]) -> NumberedRows:
    """Read one JSON value from each line: an object, a string, or a list of labels."""
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text.strip())
        except (ValueError, RecursionError) as error:
            yield line, UnreadableRow(f"is not JSON: {error}; each line must be a whole value")
            continue
        cells = value if isinstance(value, dict) else {"sequence": value}
        unknown = ", ".join(key for key in cells if key not in COLUMNS)
        if unknown:
            problem = f"has the unknown keys {unknown}; allowed are {', '.join(COLUMNS)}"
            yield line, UnreadableRow(problem)
        elif "sequence" not in cells:
            yield line, UnreadableRow(f"has the keys {', '.join(cells) or 'none'}, but no sequence")
        else:
            yield line, cells


def read_txt(file: Iterable[str]) -> NumberedRows:
    """Read one sequence from each line."""
    for line, text in enumerate(file, 1):
        if text := text.strip():
            yield line, {"sequence": text}


READERS: dict[str, Callable[[Iterable[str]], NumberedRows]] = {
    "csv": read_csv,
    "tsv": read_tsv,
    "jsonl": read_jsonl,
    "txt": read_txt,
}
