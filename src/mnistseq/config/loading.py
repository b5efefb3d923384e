"""Reading a config file: JSON or TOML → checked values."""

from __future__ import annotations

import json
from os import PathLike, fspath
from typing import Any

from mnistseq.errors import ConfigError


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

    name = fspath(path)
    text = _read(name)
    values = _parse_toml(text, name) if name.endswith(".toml") else _parse_json(text, name)
    if not isinstance(values, dict):
        raise ConfigError(
            f"{name}: a config is a table of keys and values, not {text.strip()[:40]}"
        )
    values.pop("$schema", None)
    return check_values(values, name)


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
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key, value in items:
            if key in table:
                raise ConfigError(
                    f"{name}: key {key!r} stands twice in one table; keep one of them"
                )
            table[key] = value
        return table

    def constant(word: str) -> Any:
        raise ConfigError(f"{name}: {word} is not JSON; give a number")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{name}: is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply for a config") from None


def _parse_toml(text: str, name: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: is not TOML: {error}") from None
