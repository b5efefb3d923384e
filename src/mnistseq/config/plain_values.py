"""Convert values to JSON types, and format them for messages."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator, Mapping
from math import isfinite
from os import PathLike, fspath
from typing import Any

_LONGEST_SHOWN = 60
"""Maximum number of characters of a value in a message."""

_LARGEST_BITS = 1_024
"""Maximum number of bits of an integer; larger ones exceed every range, and Python may refuse to
print them."""


class NotPlainError(ValueError):
    """A value that a config cannot contain; it is the error's argument."""


def plain_scalar(value: object) -> bool | int | float | str | None:
    """Convert a value that is neither table nor list; NumPy integers become int.

    Raises
    ------
    NotPlainError
        If JSON cannot represent it: NaN, a date, a string with lone surrogates, a huge number.
    """
    if isinstance(value, PathLike):
        value = fspath(value)
    if value is None or isinstance(value, bool):
        return value
    # Paths cannot contain NUL, and nothing else in a config needs it.
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
    """Convert a nested table, and return the values that a config cannot contain separately.

    Returns
    -------
    table : dict
    refused : list of (str, object)
        Path and value of each omitted value.
    """
    table: dict[str, Any] = {}
    refused: list[tuple[str, object]] = []
    for key, value in values.items():
        for plain in _plain(value, f"{prefix}{key}", refused):
            table[str(key)] = plain
    return table, refused


def _plain(value: object, path: str, refused: list[tuple[str, object]]) -> Iterator[object]:
    """Yield the converted value, or nothing if it is refused."""
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
    """Format a value as in a config file, shortened if it is long."""
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
