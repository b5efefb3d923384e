"""Files in a shard that are not part of it."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from mnistseq.messages import and_more

_BY_PRODUCTS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "lock.mdb"})


def is_by_product(name: str) -> bool:
    """Whether other programs leave files of this name beside those they read or show.

    Parameters
    ----------
    name : str
        With slashes; only the last part counts.
    """
    last = name.rpartition("/")[2]
    return last in _BY_PRODUCTS or last.endswith(".cache")


def refuse_unexpected_files(shard: Path, expected: Set[str]) -> None:
    """Raise ValueError if a folder contains anything but the expected files and by-products."""
    unexpected = sorted(
        entry.name
        for entry in shard.iterdir()
        if entry.name not in expected and not is_by_product(entry.name)
    )
    if unexpected:
        more = and_more(len(unexpected) - 1)
        raise ValueError(f"unexpected in the shard: {unexpected[0]}{more}")
