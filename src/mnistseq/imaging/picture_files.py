"""Which files of a folder are pictures."""

from __future__ import annotations

import os
from pathlib import Path

SUFFIXES = frozenset(
    (".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)


def is_picture(name: str) -> bool:
    """Return whether a file with this name is a picture."""
    return "." in name and f".{name.rpartition('.')[2].lower()}" in SUFFIXES


def is_hidden(name: str) -> bool:
    """Return whether a file or folder with this name is hidden, or was created by macOS."""
    return name.startswith(".") or name == "__MACOSX"


def picture_files(folder: Path) -> list[Path]:
    """Return the pictures in a folder, at any depth, in the order of their paths.

    Raises
    ------
    OSError
        If the folder does not exist, or cannot be read.
    """
    with os.scandir(folder):
        pass  # `rglob` is silent about folders that it cannot read.
    return sorted(
        path
        for path in folder.rglob("*")
        if is_picture(path.name)
        and not any(map(is_hidden, path.relative_to(folder).parts))
        and path.is_file()  # A FIFO may never end.
    )
