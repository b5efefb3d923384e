"""Read files inside a shard safely, because a data set may come from a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import IO, Any

MAX_SIZE = 2**28
"""Maximum size of a file or archive member that is read as a whole."""


def read_plain_file(shard: Path, name: object) -> bytes:
    """Return the content of a file in a shard; ValueError if it is too large or unsafe."""
    path = plain_file(shard, name)
    check_size(path.name, path.stat().st_size)
    return path.read_bytes()


def check_size(name: str, size: int) -> None:
    """Raise ValueError for a size too large to be read as a whole."""
    if size > MAX_SIZE:
        raise ValueError(f"{name} has {size} bytes, more than {MAX_SIZE}")


def json_lines(file: IO[bytes]) -> Iterator[Any]:
    """Yield the JSON value of each line; ValueError if a line is too long."""
    # Files at URLs cannot limit the length of a line.
    lines = BufferedReader(file)  # type: ignore[type-var]  # any file that reads into a buffer
    try:
        while line := lines.readline(MAX_SIZE + 1):
            check_size("a line", len(line))
            yield json.loads(line)
    finally:
        lines.detach()  # the caller closes it


def plain_file(shard: Path, name: object = "") -> Path:
    """Return the path of a file in a shard, or of a shard that is a file.

    Parameters
    ----------
    name : str
        Path relative to the shard, with slashes; empty for the shard itself.

    Raises
    ------
    ValueError
        If the name leads out of the shard, or is not that of a regular file: links may lead
        anywhere, and opening a FIFO or a device may block forever.
    FileNotFoundError
        If the file does not exist.
    """
    if not isinstance(name, str) or "\\" in name or "\0" in name or ":" in name:
        raise ValueError(f"{name!r} is not the name of a file in the shard")
    path = shard
    *folders, last = name.split("/") if name else [""]
    if name and not {"", ".", ".."}.isdisjoint([*folders, last]):
        raise ValueError(f"{name!r} is not the name of a file in the shard")
    for folder in folders:
        path = path / folder
        if not S_ISDIR(path.lstat().st_mode):
            raise ValueError(f"{name!r} is not in a folder of the shard")
    path = path / last
    if not S_ISREG(path.lstat().st_mode):
        raise ValueError(f"{name or path.name!r} is not a regular file")
    return path
