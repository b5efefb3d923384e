"""Files in a shard that are not part of it."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from mnistseq.messages import and_more


def refuse_unexpected_files(shard: Path, expected: Set[str]) -> None:
    """Raise ValueError if a folder contains anything but the expected files."""
    unexpected = sorted(entry.name for entry in shard.iterdir() if entry.name not in expected)
    if unexpected:
        more = and_more(len(unexpected) - 1)
        raise ValueError(f"unexpected in the shard: {unexpected[0]}{more}")
