"""Check names of files in a data set."""

from __future__ import annotations

import os
import re
from pathlib import Path, PureWindowsPath

from mnistseq.errors import UnsafePathError, WrongPathError

_DEVICES = re.compile(r"con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]", re.IGNORECASE)
"""Names of devices on Windows, whatever their suffix."""


def is_portable(name: str) -> bool:
    """Return whether a file or folder can have this name on all systems, including Windows."""
    stem = name.partition(".")[0].rstrip(" ")
    return name.rstrip(". ") == name and not _DEVICES.fullmatch(stem)


def refuse_unportable(path: Path) -> None:
    """Raise WrongPathError if the last part of a path is not a valid name on Windows."""
    if path.name not in {"", ".."} and not is_portable(path.name):
        raise WrongPathError(
            f"{path}: Windows cannot have a file or folder of this name: it is that of a device, or "
            "ends in a dot or a blank; choose another"
        )


def checked(name: str) -> str:
    """Return a relative name, with slashes, unchanged if it cannot lead out of its folder.

    Stores check all names, because these may come from files that anyone can change, such as a
    manifest. UnsafePathError for the others, and for names that are invalid on Windows.
    """
    parts = name.split("/")
    windows = os.name == "nt" and ("\\" in name or PureWindowsPath(name).drive)
    if "\0" in name or windows or not {"", ".", ".."}.isdisjoint(parts):
        raise UnsafePathError(
            f"{name!r}: is not a name in a data set: it must be relative, without '.' and '..'"
        )
    if not all(map(is_portable, parts)):
        raise UnsafePathError(f"{name!r}: is not a name in a data set: Windows refuses it")
    return name


def link_refused(path: Path) -> UnsafePathError:
    """Return the error for a link in a data set."""
    return UnsafePathError(
        f"{path}: is a link, and links in a data set are not followed; remove it"
    )
