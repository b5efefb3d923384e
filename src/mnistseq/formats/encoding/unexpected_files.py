"""What lies in a shard and is no part of it."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path


def refuse_strays(shard: Path, known: Set[str]) -> None:
    """Raise ValueError where something else than the known files is in a folder."""
    strays = sorted(entry.name for entry in shard.iterdir() if entry.name not in known)
    if strays:
        more = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        raise ValueError(f"{strays[0]}{more}: of no sample")
