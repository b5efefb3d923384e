"""Small data sets to be made in several ways, and what they have to be."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mnistseq import Config
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest, make_format
from mnistseq.pipeline.shards.spec import Receipt

SHARDS = 20
SAMPLES = 300
"""In a shard: enough for some tenths of a second, so that there is a middle to be killed in."""

OPTIONS = [
    *("--count", str(SHARDS * SAMPLES), "--length", "3-8", "--seed", "7"),
    *(
        "--shard-size",
        str(SAMPLES),
        "--format",
        "webdataset",
        "--set",
        'image.transform=["affine","blur"]',
    ),
]


def plan_of(
    root: str | Path, shards: int = SHARDS, source: dict[str, Any] | None = None
) -> DatasetPlan:
    """The plan that `OPTIONS` ask for, with so many shards."""
    values: dict[str, Any] = {
        "image": {"transform": ["affine", "blur"]},
        "source": source or {"name": "mnist"},
    }
    config = Config(**values)
    return DatasetPlan.of(
        DatasetRequest(
            config=config,
            input=RandomInput(RandomSequences(10, 3, 8), shards * SAMPLES),
            seed=7,
            format=make_format("webdataset", {}, config),
            root=str(root),
            shard_samples=SAMPLES,
        )
    )


def contents(folder: Path) -> dict[str, str]:
    """Hash of every file of a data set."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def parting(one: bytes, other: bytes) -> str:
    """Where two files begin to differ, and what stands there."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    at = min(len(one), len(other)) if at is None else at
    around = slice(max(0, at - 40), at + 40)
    return f"{len(one)} and {len(other)} bytes, at {at}: {one[around]!r} and {other[around]!r}"


def untagged(manifest: bytes | str) -> Any:
    """A manifest but for what the place it lies in says of its shards."""
    values = json.loads(manifest)
    for shard in values["shards"]:
        shard.pop("tag", None)
    return values


class Told:
    """What progress was told."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()

    def __call__(self, receipt: Receipt) -> None:
        self.names[receipt.name] += 1


class Counted:
    """Tasks that note how many were taken."""

    def __init__(self, tasks: Iterable[int]) -> None:
        self._tasks = iter(tasks)
        self.taken = 0

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        task = next(self._tasks)
        self.taken += 1
        return task
