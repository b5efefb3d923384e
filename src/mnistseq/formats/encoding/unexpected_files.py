"""Detect files in a shard that are not part of it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path

from mnistseq.messages import and_more

_BY_PRODUCTS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "lock.mdb"})


def is_by_product(name: str) -> bool:
    """Return whether other programs leave files of this name behind, such as ``.DS_Store``.

    Parameters
    ----------
    name : str
        Path with slashes; only the last part matters.
    """
    last = name.rpartition("/")[2]
    return last in _BY_PRODUCTS or last.endswith(".cache")


def refuse_unexpected_files(shard: Path, expected: Set[str]) -> None:
    """Raise ValueError if a folder contains anything except expected files and by-products.

    Parameters
    ----------
    expected : set of str
        Paths relative to the shard, with slashes.
    """
    unexpected = sorted(_unexpected(shard, "", expected))
    if unexpected:
        more = and_more(len(unexpected) - 1)
        raise ValueError(f"unexpected in the shard: {unexpected[0]}{more}")


def _unexpected(folder: Path, prefix: str, expected: Set[str]) -> Iterator[str]:
    for entry in folder.iterdir():
        name = prefix + entry.name
        inside = f"{name}/"
        if entry.is_dir() and not entry.is_symlink() and _has_folder(expected, inside):
            yield from _unexpected(entry, inside, expected)
        elif name not in expected and not is_by_product(name):
            yield name


def _has_folder(names: Set[str], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in names)
