"""Read and validate config files, JSON or TOML."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from os import PathLike
from typing import Any

from mnistseq.errors import ArgumentTypeError, ConfigError, ConfigFault, Origin

_LONGEST = 2**24
"""Maximum size of a config file in bytes."""

_LONGEST_NUMBER = 400
"""Maximum number of digits; longer numbers exceed every range, and int() may refuse them."""

_REPEATED = "is set twice in the same table; remove one of the two"


def load_values(path: str | PathLike[str]) -> dict[str, Any]:
    """Read a config file and validate every value in it.

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
        If the file cannot be read or is invalid; the origin of each fault is the file.
    """
    from mnistseq.config.validation import check_values  # imports pydantic, which takes 50 ms

    origin = file_origin(path)
    try:
        values = _read_table(origin.name)
        repeated = [ConfigFault(key, _REPEATED) for key in _repeated_keys(values)]
    except ConfigError as error:
        raise error.with_origins(lambda _: origin) from None
    except RecursionError:
        raise ConfigError(ConfigFault("", "is nested too deeply for a config", origin)) from None
    values.pop("$schema", None)
    return check_values(values, origin, repeated)


def file_origin(path: str | PathLike[str]) -> Origin:
    """Return the origin of values that come from a file."""
    try:
        return Origin("file", os.fsdecode(path))
    except TypeError:
        raise ArgumentTypeError(f"the path of a config must be a path, not {path!r}") from None


class _Table(dict[str, Any]):
    """A JSON object that remembers which keys occurred more than once."""

    def __init__(self, items: list[tuple[str, Any]]) -> None:
        super().__init__(items)
        keys = [key for key, _ in items]
        self.repeated = [key for key in self if keys.count(key) > 1]


def _repeated_keys(values: object, prefix: str = "") -> Iterator[str]:
    """Yield the paths of the keys that occur more than once in their table."""
    if isinstance(values, _Table):
        yield from (prefix + key for key in values.repeated)
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _repeated_keys(value, f"{prefix}{key}.")


def _read_table(path: str) -> dict[str, Any]:
    text = _read(path)
    parse = _parse_toml if path.lower().endswith(".toml") else _parse_json
    values = parse(text)
    if not isinstance(values, dict):
        raise ConfigError(f"a config is a table of keys and values, not {text.strip()[:40]}")
    return values


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError:
        raise ConfigError("there is no such config file") from None
    except IsADirectoryError:
        raise ConfigError("is a folder; give a JSON or TOML file in it") from None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # a path with a NUL
        raise ConfigError(f"cannot be read: {error}") from None
    if len(content) > _LONGEST:
        raise ConfigError(f"has more than {_LONGEST >> 20} MiB, which is too large for a config")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"is not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def _parse_json(text: str) -> Any:
    try:
        # json accepts NaN and infinite numbers; validation later reports them with their keys.
        return json.loads(text, object_pairs_hook=_Table, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)


def _parse_toml(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOML's own, or int()'s for a number of 5,000 digits
        raise ConfigError(f"is not TOML: {error}") from None
