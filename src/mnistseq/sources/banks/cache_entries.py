"""List and clear the cache of decoded banks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Literal, TypeAlias

from mnistseq.sources.banks.cache import banks_folder, is_abandoned, is_of_old_layout, remove

State: TypeAlias = Literal["usable", "old layout", "unfinished"]


@dataclass(frozen=True)
class CacheEntry:
    """A bank in the cache.

    Attributes
    ----------
    source : str
        Name of the bank, such as ``image-folder animals`` or ``mnist, pen paths``; ``unknown`` if
        it is not recorded.
    size : int
        Bytes on disk.
    used : float
        Time of the last use, to the hour, in seconds since 1970.
    state : {'usable', 'old layout', 'unfinished'}
        An unfinished bank is being made, or was left behind by a killed process.
    """

    source: str
    size: int
    used: float
    path: Path
    state: State


def list_entries(unused_for: float = 0) -> list[CacheEntry]:
    """Return the banks not used for a number of seconds, the largest first."""
    before = time() - unused_for
    entries = [entry for entry in _entries() if entry.used <= before]
    return sorted(entries, key=lambda entry: (-entry.size, entry.source, str(entry.path)))


def clear(unused_for: float = 0) -> list[CacheEntry]:
    """Remove the banks not used for a number of seconds; return those removed.

    Unfinished ones that a process may be making are kept. Banks are made again when needed;
    processes that have one open are not affected.
    """
    removed = []
    for entry in list_entries(unused_for):
        with suppress(OSError):
            if entry.state == "unfinished" and not is_abandoned(entry.path):
                continue
        remove(entry.path)
        remove(entry.path.with_name(f"{entry.path.name}.lock"))
        if not entry.path.exists():
            removed.append(entry)
    return removed


def sweep() -> list[CacheEntry]:
    """Remove banks of old layouts, which this version cannot read."""
    removed = []
    for entry in _entries():
        if entry.state == "old layout":
            remove(entry.path)
            removed.append(entry)
    return removed


def _entries() -> Iterator[CacheEntry]:
    with suppress(OSError):  # no cache yet, or it cannot be read
        for path in sorted(banks_folder().iterdir()):
            with suppress(OSError):
                if path.suffix != ".lock":
                    yield _entry(path)


def _entry(path: Path) -> CacheEntry:
    files = [path, *path.iterdir()] if path.is_dir() else [path]
    facts = [file.stat() for file in files]
    record = path / "bank.json"
    used = record.stat().st_mtime if record.is_file() else max(fact.st_mtime for fact in facts)
    return CacheEntry(
        _source(record), sum(fact.st_size for fact in facts), used, path, _state(path)
    )


def _state(path: Path) -> State:
    if path.name.startswith("."):
        return "unfinished"
    return "old layout" if is_of_old_layout(path.name) else "usable"


def _source(record: Path) -> str:
    with suppress(OSError, ValueError, TypeError, KeyError):
        facts = json.loads(record.read_text("utf-8"))
        return f"{facts['name']}, pen paths" if facts.get("paths") else str(facts["name"])
    return "unknown"
