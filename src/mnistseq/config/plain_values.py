"""Values from anywhere → values that JSON knows, and how they are shown."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator, Mapping
from math import isfinite
from os import PathLike, fspath
from typing import Any

_LONGEST_SHOWN = 60


class NotPlainError(ValueError):
    """A value that a config cannot hold; its argument is the value."""


def plain_scalar(value: object) -> bool | int | float | str | None:
    """One value that is neither table nor list; NumPy's integers become integers.

    Raises
    ------
    NotPlainError
        If JSON has nothing of the kind: NaN, a date, text that is not Unicode.
    """
    if isinstance(value, PathLike):
        value = fspath(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and _is_unicode(value):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise NotPlainError(value) from None


def plain_table(
    values: Mapping[Any, Any], prefix: str = ""
) -> tuple[dict[str, Any], list[tuple[str, object]]]:
    """A nested table without what a config cannot hold, and what that was.

    Returns
    -------
    table : dict
    refused : list of (str, object)
        Path and value of what was left out.
    """
    table: dict[str, Any] = {}
    refused: list[tuple[str, object]] = []
    for key, value in values.items():
        for found in _plain(value, f"{prefix}{key}", refused):
            table[str(key)] = found
    return table, refused


def _plain(value: object, path: str, refused: list[tuple[str, object]]) -> Iterator[object]:
    """The value, or nothing."""
    if isinstance(value, Mapping):
        table, inside = plain_table(value, f"{path}.")
        refused += inside
        yield table
    elif isinstance(value, list | tuple):
        members = enumerate(value)
        yield [
            found
            for place, member in members
            for found in _plain(member, f"{path}.{place}", refused)
        ]
    else:
        try:
            yield plain_scalar(value)
        except NotPlainError:
            refused.append((path, value))


def shown(value: object) -> str:
    """A value as it stands in a file, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=isinstance(value, str) and not _is_unicode(value))
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
