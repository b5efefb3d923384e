"""Reading a config file: JSON or TOML → checked values."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from os import PathLike
from typing import Any

from mnistseq.errors import ArgumentTypeError, ConfigError

_LONGEST_NUMBER = 400
"""Digits; past these a number is beyond every range, and int() may refuse it."""


def load_values(path: str | PathLike[str]) -> dict[str, Any]:
    """Read a config file and check every value in it.

    Parameters
    ----------
    path : path
        TOML if it ends in ``.toml``, JSON otherwise.

    Returns
    -------
    dict
        Nested values of the keys that the file sets.

    Raises
    ------
    ConfigError
        If it cannot be read; otherwise with all of its faults at once.
    """
    from mnistseq.config.validation import check_values

    try:
        name = os.fsdecode(path)
    except TypeError:
        raise ArgumentTypeError(f"a config is given by its path, not by {path!r}") from None
    text = _read(name)
    parse = _parse_toml if name.lower().endswith(".toml") else _parse_json
    values = parse(text, name)
    if not isinstance(values, dict):
        raise ConfigError(
            f"{name}: a config is a table of keys and values, not {text.strip()[:40]}"
        )
    twice = [f"{key}: stands twice in one table; keep one of them" for key in _twice(values)]
    values.pop("$schema", None)
    return check_values(values, name, twice)


class _Table(dict[str, Any]):
    """A JSON object that remembers which of its keys stood in it more than once."""

    def __init__(self, items: list[tuple[str, Any]]) -> None:
        super().__init__(items)
        keys = [key for key, _ in items]
        self.twice = [key for key in self if keys.count(key) > 1]


def _twice(values: object, prefix: str = "") -> Iterator[str]:
    """Paths of the keys that stand more than once in their table."""
    if isinstance(values, _Table):
        yield from (prefix + key for key in values.twice)
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _twice(value, f"{prefix}{key}.")


def _read(name: str) -> str:
    try:
        with open(name, "rb") as file:
            return file.read().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{name}: there is no such config file") from None
    except IsADirectoryError:
        raise ConfigError(f"{name}: is a folder; give a JSON or TOML file in it") from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{name}: is not UTF-8 (byte {error.start}); save the file as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror or error}") from None


def _parse_json(text: str, name: str) -> Any:
    try:
        # NaN, which this module lets through, and endless numbers are faults of their keys: the
        # check that follows names them.
        return json.loads(text, object_pairs_hook=_Table, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{name}: is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply for a config") from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)


def _parse_toml(text: str, name: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError as error:  # of its own kind, or of int() for a number of 5,000 digits
        raise ConfigError(f"{name}: is not TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply for a config") from None
