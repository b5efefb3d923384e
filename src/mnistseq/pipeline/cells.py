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
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    first = True
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = False
            yield reader.line_num, Garbled(f"is no CSV: {error}")
            continue
        names = [cell.strip() for cell in cells]
        if not any(names):
            continue
        titles = [name.lower() for name in names] if first else []
        if "sequence" in titles:
            header = _checked_header(reader.line_num, titles)
        elif header is None:
            while not names[-1]:
                names.pop()
            yield reader.line_num, {"sequence": names if len(names) > 1 else names[0]}
        elif len(names) > len(header):
            yield (
                reader.line_num,
                Garbled(
                    f"has {len(names)} cells for {len(header)} columns; put quotes around a "
                    "sequence with commas"
                ),
            )
        else:
            yield reader.line_num, dict(zip(header, names, strict=False))
        first = False


def _checked_header(line: int, names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or len(set(names)) < len(names):
        raise HeaderError(
            f"line {line}: columns {', '.join(names)}: each once of {', '.join(COLUMNS)}, no other"
        )
    return names


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
            yield line, Garbled(f"is not JSON: {error}")
            continue
        cells = value if isinstance(value, dict) else {"sequence": value}
        if "sequence" not in cells or not cells.keys() <= set(COLUMNS):
            keys = ", ".join(cells) or "none"
            yield (
                line,
                Garbled(f"has the keys {keys}; sequence is needed, of {', '.join(COLUMNS)}"),
            )
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
