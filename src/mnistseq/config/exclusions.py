"""Read files that list glyph ids."""

from __future__ import annotations

import json
from typing import Any

from mnistseq.errors import ConfigError, ConfigFault

KEY = "source.exclude"

_LARGEST = 2**28
"""Maximum size of a file in bytes; ten million ids take less."""

_LARGEST_ID = 2**63 - 1


def read_glyph_ids(path: str) -> list[int]:
    """Read a file of glyph ids.

    Parameters
    ----------
    path : str
        A JSON list, or text with one id per line. In text, blank lines and anything
        after a ``#`` are ignored.

    Returns
    -------
    list of int
        In ascending order, without duplicates.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a line is not an id.
    """
    text = _read(path)
    ids = _from_json(path, text) if text.lstrip().startswith("[") else _from_lines(path, text)
    return sorted(set(ids))


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise _fault(path, f"cannot be read: {error.strerror or error}") from None
    except ValueError:  # a null character
        raise _fault(path, "is not the path of a file") from None
    if len(content) > _LARGEST:
        raise _fault(path, "is too large for a list of glyph ids")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(
            path, f"is not UTF-8 (byte {error.start}); give text with one id a line"
        ) from None


def _from_json(path: str, text: str) -> list[int]:
    try:
        values: list[Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _fault(path, f"is not a JSON list: {error}") from None
    for index, value in enumerate(values):
        if type(value) is not int or not 0 <= value <= _LARGEST_ID:
            raise _fault(path, f"item {index + 1}: {str(value)[:40]!r} is not a glyph id")
    return values


def _from_lines(path: str, text: str) -> list[int]:
    ids = []
    for number, line in enumerate(text.splitlines(), 1):
        string = line.partition("#")[0].strip()
        if not string:
            continue
        # int() would also accept other digits, and refuse very long numbers.
        if not (string.isascii() and string.isdecimal() and int(string[:20]) <= _LARGEST_ID):
            raise _fault(
                path, f"line {number}: {string[:40]!r} is not a glyph id; give one id a line"
            )
        ids.append(int(string))
    return ids


def _fault(path: str, text: str) -> ConfigError:
    return ConfigError(ConfigFault(KEY, f"{path}: {text}"))
