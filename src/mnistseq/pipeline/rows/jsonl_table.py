"""Read JSON Lines: a sequence, a list of labels or an object on each line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

from mnistseq.errors import ColumnError
from mnistseq.pipeline.rows.columns import KNOWN_COLUMN, SEQUENCE, ColumnChoice, Columns
from mnistseq.pipeline.rows.table import KEPT, Cells, NumberedRows, Table, UnreadableRow

_Values: TypeAlias = Iterator[tuple[int, Any]]


def read_jsonl(lines: Iterable[str], choice: ColumnChoice = KNOWN_COLUMN) -> Table:
    """Read one JSON value from each line: an object, a string, or a list of labels.

    The metadata of a data set can be read, too: then labels are used as they are, and sizes of
    images are ignored. ColumnError if the key of the sequences or another chosen key is missing or
    ambiguous.
    """
    values = _values(lines)
    start = []
    unused: tuple[str, ...] = ()
    for line, value in values:
        start.append((line, value))
        if isinstance(value, dict):
            if _is_metadata(value, choice):
                Columns.of(list(_flat(value)), replace(choice, column="text"))
            else:
                unused = Columns.of(list(value), choice).unused
            break
    return Table(_rows(chain(start, values), choice), unused)


def _values(lines: Iterable[str]) -> _Values:
    for line, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            yield line, json.loads(text.strip())
        except (ValueError, RecursionError) as error:
            yield line, UnreadableRow(f"is not JSON: {error}; each line must be a whole value")


def _rows(values: _Values, choice: ColumnChoice) -> NumberedRows:
    chosen = [name for name in (choice.column, *choice.keep) if name is not None]
    for line, value in values:
        if isinstance(value, UnreadableRow):
            yield line, value
        elif isinstance(value, dict):
            yield line, _cells(value, choice)
        elif chosen:
            yield line, UnreadableRow(f"is not an object, so it has no column {chosen[0]}")
        else:
            yield line, {SEQUENCE: value}


def _cells(value: dict[str, Any], choice: ColumnChoice) -> Cells | UnreadableRow:
    if _is_metadata(value, choice):
        row: dict[str, Any] = {SEQUENCE: value["objects"]["categories"]}
        value = _flat(value)
    else:
        try:
            columns = _columns(tuple(value), choice.column)
        except ColumnError as error:
            return UnreadableRow(f"has {error}")
        row = {option: value[name] for option, name in columns.options.items()}
        row[SEQUENCE] = value[columns.sequence]
    if choice.keep:
        lower = {name.lower(): item for name, item in value.items()}
        row[KEPT] = tuple(
            _as_string(value.get(name, lower.get(name.lower()))) for name in choice.keep
        )
    return row


@lru_cache
def _columns(names: tuple[str, ...], column: str | None) -> Columns:
    return Columns.of(names, ColumnChoice(column))


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a sample with its recorded columns at the top level."""
    columns = record.get("columns")
    return {**(columns if isinstance(columns, dict) else {}), **record}


def _is_metadata(value: Mapping[str, Any], choice: ColumnChoice) -> bool:
    """Return whether an object is the record of a sample of a data set."""
    objects = value.get("objects")
    return (
        choice.column in {None, "text"}
        and SEQUENCE not in value
        and isinstance(value.get("text"), str)
        and isinstance(objects, dict)
        and isinstance(objects.get("categories"), list)
    )


def _as_string(value: Any) -> str:
    """Convert a value to a string: JSON unless it is a string, and an empty string for null."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
