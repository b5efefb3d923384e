"""Files inside a shard: a data set may come from a stranger."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISDIR, S_ISREG


def plain_file(shard: Path, name: object = "") -> Path:
    """Return the path of a file in a shard, or of a shard that is a file.

    Parameters
    ----------
    shard : Path
    name : str
        Relative to the shard, with slashes; empty for the shard itself.

    Raises
    ------
    ValueError
        If the name leads out of the shard, or is not that of a regular file: a link may lead
        anywhere, and opening a FIFO or a device may never end.
    FileNotFoundError
        If it does not exist.
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
