"""List everything in a folder recursively, without following links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "file", "empty folder", "link", "special file", "folder that cannot be read"
]


class Entry(NamedTuple):
    """A file, an empty folder, or anything else that is not a folder with contents.

    Attributes
    ----------
    name : str
        Relative path with slashes.
    kind : str
        A special file is a FIFO, a device or a socket.
    """

    name: str
    kind: Kind


def entries_in(root: Path) -> list[Entry]:
    """Return everything in a folder, recursively and sorted; empty if it does not exist."""
    return sorted(_walk(root))


def _walk(root: Path) -> Iterator[Entry]:
    unreadable: list[str] = []

    def note(error: OSError) -> None:
        unreadable.append(error.filename)

    for top, folders, names in os.walk(root, onerror=note):
        folder = Path(top)
        links = [name for name in folders if (folder / name).is_symlink()]
        for name in (*links, *names):
            yield Entry((folder / name).relative_to(root).as_posix(), _kind(folder / name))
        if not folders and not names and folder != root:
            yield Entry(folder.relative_to(root).as_posix(), "empty folder")
    for path in map(Path, unreadable):
        if path != root:
            yield Entry(path.relative_to(root).as_posix(), "folder that cannot be read")


def _kind(path: Path) -> Kind:
    try:
        mode = path.lstat().st_mode
    except OSError:  # removed in the meantime
        return "file"
    if S_ISLNK(mode):
        return "link"
    return "file" if S_ISREG(mode) else "special file"
