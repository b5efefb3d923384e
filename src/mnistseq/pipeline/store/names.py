"""Which names a file of a data set may have."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

from mnistseq.errors import UnsafePathError


def checked(name: str) -> str:
    """Return a name as it is, if it cannot lead out of the folder that it is relative to.

    Every store checks every name it is given, because names also come from
    files that anyone may have changed, such as a manifest.

    Parameters
    ----------
    name : str
        Relative, with slashes.

    Raises
    ------
    UnsafePathError
        If it is empty, absolute, or has an empty part, ``.`` or ``..``.
    """
    parts = name.split("/")
    windows = os.name == "nt" and ("\\" in name or PureWindowsPath(name).drive)
    if "\0" in name or windows or not {"", ".", ".."}.isdisjoint(parts):
        raise UnsafePathError(
            f"{name!r}: is not a name in a data set: it must be relative, without '.' and '..'"
        )
    return name


def link_refused(path: Path) -> UnsafePathError:
    """Return the error for a link in a data set."""
    return UnsafePathError(
        f"{path}: is a link, and links in a data set are not followed; remove it"
    )
