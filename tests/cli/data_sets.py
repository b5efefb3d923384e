"""Data sets that the tests of ``verify`` change, and what the command reports."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Done
from tests.datasets import manifest

from mnistseq.pipeline.store.durability import measure

FORMATS = ["files", "webdataset", "parquet", "lmdb", "npy"]

Make = Callable[..., Path]


def faults(done: Done) -> list[str]:
    """Return the faults and notes that ``verify`` printed, which must be all that it printed."""
    assert done.code == 1, done
    lines = done.out.splitlines()
    number = sum(not line.startswith("note: ") for line in lines)
    count = "1 fault" if number == 1 else f"{number} faults"
    assert (
        done.err == f"Error: out: {count}; batch --resume makes changed and missing shards again\n"
    )
    return lines


def forge_manifest(out: Path) -> None:
    """Have the manifest record the files as they are now."""
    path = out / "manifest.json"
    found = manifest(out)
    for item in found["shards"] + found["files"]:
        item["bytes"], item["sha256"] = measure(out / item["name"])
    found["bytes"] = sum(item["bytes"] for item in found["shards"])
    path.write_text(json.dumps(found))


def forge(out: Path, number: int, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the members of a sample in a tar archive, and the manifest's hash with it."""
    path = out / f"train-{number // 10:05d}.tar"
    with tarfile.open(path) as archive:
        members = {item.name: archive.extractfile(item).read() for item in archive}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
    forge_manifest(out)
