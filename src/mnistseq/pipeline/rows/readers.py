"""Lines of a file → cells by column, for each format that rows come in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

COLUMNS = ("sequence", "min", "max", "width", "count", "name")

Cells: TypeAlias = Mapping[str, Any]
"""Column → text, or what JSON has there; ``sequence`` is a text or a list of labels."""


class HeaderError(ValueError):
    """The file as a whole is not what it should be."""


class Garbled(str):
    """In place of cells: why there are none."""

    __slots__ = ()


Numbered: TypeAlias = Iterator[tuple[int, Cells | Garbled]]
"""Line and cells of each row; lines count from 1."""


def read_csv(file: Iterable[str], delimiter: str = ",") -> Numbered:
    """Read CSV as RFC 4180 has it, with or without a header."""
    header: list[str] | None = None
    first = True
    for line, names in _records(file, delimiter):
        if isinstance(names, Garbled):
            yield line, names
        elif not any(names):
            continue
        elif first and (header := _header(line, names)) is not None:
            pass
        elif header is None:
            labels = _without_blanks(names)
            yield line, {"sequence": labels if len(labels) > 1 else labels[0]}
        elif any(names[len(header) :]):
            yield (
                line,
                Garbled(
                    f"has {len(names)} cells for {len(header)} columns; put quotes around a "
                    "sequence with commas"
                ),
            )
        else:
            yield line, dict(zip(header, names, strict=False))
        first = False


def _records(file: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | Garbled]]:
    """The line on which each record ends, and its cells without the blanks around them.

    Raises
    ------
    HeaderError
        For a quote that is closed on a later line, or never: no bad row, but an open
        end, which may have taken any number of rows with it.
    """
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            names = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before > 1:
                raise _open_quote(before + 1) from None
            yield reader.line_num, Garbled(f"is no CSV: {error}")
            continue
        if any("\n" in name or "\r" in name for name in names):
            raise _open_quote(before + 1)
        yield reader.line_num, names


def _without_blanks(names: list[str]) -> list[str]:
    """The cells, one of which is not empty, without the empty ones that spreadsheets add."""
    end = len(names)
    while not names[end - 1]:
        end -= 1
    return names[:end]


def _open_quote(line: int) -> HeaderError:
    return HeaderError(
        f"line {line}: a quote is opened there, and not closed on that line: close it, or take it "
        "out"
    )


def _header(line: int, names: list[str]) -> list[str] | None:
    """The columns that a first row names; None where it is a row like any other."""
    titles = [name.lower() for name in _without_blanks(names)]
    if "sequence" not in titles:
        if set(COLUMNS).isdisjoint(titles):
            return None
        raise HeaderError(f"line {line}: columns {', '.join(names)}, but none is called sequence")
    unknown = [name for name in titles if name not in COLUMNS]
    if unknown or len(set(titles)) < len(titles):
        raise HeaderError(
            f"line {line}: columns {', '.join(titles)}: each once of {', '.join(COLUMNS)}, no other"
        )
    return titles


def read_tsv(file: Iterable[str]) -> Numbered:
    """Read CSV with tabs for commas."""
    return read_csv(file, "\t")


def read_jsonl(file: Iterable[str]) -> Numbered:
    """Read a line each of JSON: an object, a text, or a list of labels."""
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text.strip())
        except (ValueError, RecursionError) as error:
            yield line, Garbled(f"is not JSON: {error}; each line has to be a whole value")
            continue
        cells = value if isinstance(value, dict) else {"sequence": value}
        unknown = ", ".join(key for key in cells if key not in COLUMNS)
        if unknown:
            yield line, Garbled(f"has the unknown keys {unknown}; there are {', '.join(COLUMNS)}")
        elif "sequence" not in cells:
            yield line, Garbled(f"has the keys {', '.join(cells) or 'none'}, but no sequence")
        else:
            yield line, cells


def read_txt(file: Iterable[str]) -> Numbered:
    """Read a sequence a line."""
    for line, text in enumerate(file, 1):
        if text := text.strip():
            yield line, {"sequence": text}


READERS: dict[str, Callable[[Iterable[str]], Numbered]] = {
    "csv": read_csv,
    "tsv": read_tsv,
    "jsonl": read_jsonl,
    "txt": read_txt,
}
