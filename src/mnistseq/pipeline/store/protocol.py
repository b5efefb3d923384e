"""Where a data set is kept, and what all such places have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from mnistseq.atomic import is_folder
from mnistseq.errors import OutputError

MANIFEST = "manifest.json"
WORK = ".mnistseq"
"""Folder of what is needed until the data set is finished."""


class Store(Protocol):
    """A folder, or what is behind a URL; things are there whole or not at all.

    Names are relative, with slashes.
    """

    def names(self) -> list[str]:
        """What is at the top; empty where nothing is there yet."""
        ...

    def check_rights(self) -> None:
        """Raise OutputError where nothing may be put, as far as that can be told beforehand."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Keep other runs out; OutputError where one is at work. A dead run's lock is none."""
        ...

    def prepare(self) -> None:
        """Make ready for shards, and clear away what killed workers left."""
        ...

    def sweep(self) -> None:
        """Clear away what stopped workers left; what cannot be cleared away stays."""
        ...

    def close(self) -> None:
        """Remove what only served the making."""
        ...

    def discard(self) -> None:
        """Remove the place itself where it is empty."""
        ...

    def scratch(self) -> AbstractContextManager[Path]:
        """A new empty local folder, gone afterwards."""
        ...

    def put(self, part: Path, name: str) -> str | None:
        """Give a finished file or folder its name, in place of what had it.

        Returns
        -------
        str or None
            What the place itself says of the content, such as an S3 ETag.
        """
        ...

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Which of these files and folders the place itself says are as they were put."""
        ...

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        ...

    def measure(self, name: str) -> tuple[int, str] | None:
        """Bytes and SHA-256 of a file or folder, or None where it is not there."""
        ...

    def files(self) -> list[str]:
        """Names of all files, at whatever depth, but for those that only serve the making."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading; FileNotFoundError where it is not there."""
        ...

    def local(self, name: str) -> AbstractContextManager[Path]:
        """A file or folder as a path of this machine, for as long as it is needed."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a small file whole."""
        ...

    def append(self, name: str, lines: list[dict[str, Any]]) -> None:
        """Add lines of JSON to a journal."""
        ...

    def flush(self, name: str) -> None:
        """Have no line of a journal wait."""
        ...

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Lines that were added; one that was torn in the writing is left out."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file or folder."""
        ...


def parse_lines(content: bytes) -> list[Any]:
    """The lines of a journal; what was torn in the writing, or is no JSON, is left out."""
    found = []
    for line in content.split(b"\n"):
        with suppress(ValueError, RecursionError):
            found.append(json.loads(line))
    return found


def cannot_write(root: str, name: str, error: OSError) -> OutputError:
    """An error that says what could not be written, and what would help.

    Parameters
    ----------
    root : str
        Folder or URL of a data set.
    name : str
        Of what is in it; empty: the folder itself.
    error : OSError
        What the system said.
    """
    place = f"{root}/{name}" if name else root
    if isinstance(error, FileNotFoundError) and "://" not in root and not is_folder(Path(root)):
        return OutputError(f"{root}: the folder is not there, or not any more; nothing can be put")
    return OutputError(
        f"{place}: cannot be written: {error.strerror or error}; make room, or see to the rights "
        "there, or give another place. What is finished is kept: --resume goes on from it"
    )
