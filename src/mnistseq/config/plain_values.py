"""Converts values of any kind to those that JSON has, and shows values in messages."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator, Mapping
from math import isfinite
from os import PathLike, fspath
from typing import Any

_LONGEST_SHOWN = 60
"""Characters of a value in a message."""

_LARGEST_BITS = 1_024
"""Bits of a number; a larger one is beyond every range, and Python may refuse to print it."""


class NotPlainError(ValueError):
    """A config cannot hold this value, which is the error's argument."""


def plain_scalar(value: object) -> bool | int | float | str | None:
    """Return a value that is neither table nor list; NumPy's integers become int.

    Raises
    ------
    NotPlainError
        If JSON has no such value: NaN, a date, a string that is not Unicode, a huge number.
    """
    if isinstance(value, PathLike):
        value = fspath(value)
    if value is None or isinstance(value, bool):
        return value
    # No path can have a NUL, and nothing else in a config needs one.
    if isinstance(value, str) and _is_unicode(value) and "\0" not in value:
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise NotPlainError(value) from None
    if number.bit_length() > _LARGEST_BITS:
        raise NotPlainError(value)
    return number


def plain_table(
    values: Mapping[Any, Any], prefix: str = ""
) -> tuple[dict[str, Any], list[tuple[str, object]]]:
    """Return a nested table without the values that a config cannot hold, and those values.

    Returns
    -------
    table : dict
    refused : list of (str, object)
        Path and value of each omission.
    """
    table: dict[str, Any] = {}
    refused: list[tuple[str, object]] = []
    for key, value in values.items():
        for plain in _plain(value, f"{prefix}{key}", refused):
            table[str(key)] = plain
    return table, refused


def _plain(value: object, path: str, refused: list[tuple[str, object]]) -> Iterator[object]:
    """Yield the value in plain types, or nothing if it is refused."""
    if isinstance(value, Mapping):
        table, refused_inside = plain_table(value, f"{path}.")
        refused += refused_inside
        yield table
    elif isinstance(value, list | tuple):
        yield [
            plain
            for index, member in enumerate(value)
            for plain in _plain(member, f"{path}.{index}", refused)
        ]
    else:
        try:
            yield plain_scalar(value)
        except NotPlainError:
            refused.append((path, value))


def shown(value: object) -> str:
    """Return a value as a config file would write it, shortened if it is long."""
    try:
        text = json.dumps(value, ensure_ascii=isinstance(value, str) and not _is_unicode(value))
    except (TypeError, ValueError):
        text = hex(value) if isinstance(value, int) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
