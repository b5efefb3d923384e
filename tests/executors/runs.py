"""Runs of an executor: what they are asked for, and how their results are compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.datasets import plan, random_input

from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.spec import Receipt

SHARDS = 20
SAMPLES = 300
"""In a shard: enough for some tenths of a second, so that there is a middle to be killed in."""


def options(shards: int = SHARDS) -> list[str]:
    """Return the options of a command that makes this number of shards."""
    request = ["--count", str(shards * SAMPLES), "--length", "3-8", "--seed", "7"]
    shard = ["--shard-size", str(SAMPLES), "--format", "webdataset"]
    return [*request, *shard, "--set", 'image.transform=["affine","blur"]']


OPTIONS = options()


def plan_of(
    root: str | Path, shards: int = SHARDS, source: dict[str, Any] | None = None
) -> DatasetPlan:
    """Return the plan that `OPTIONS` ask for, with this number of shards."""
    return plan(
        root,
        random_input(shards * SAMPLES, 3, 8),
        config={
            "image": {"transform": ["affine", "blur"]},
            "source": source or {"name": "mnist"},
        },
        shard_samples=SAMPLES,
    )


def first_difference(one: bytes, other: bytes) -> str:
    """Return where two files begin to differ, and the bytes around it."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    at = min(len(one), len(other)) if at is None else at
    around = slice(max(0, at - 40), at + 40)
    return f"{len(one)} and {len(other)} bytes, at {at}: {one[around]!r} and {other[around]!r}"


def untagged(manifest: bytes | str) -> Any:
    """Return a manifest without the tags of its shards, which depend on the store, and its hash."""
    values = json.loads(manifest)
    del values["content_sha256"]
    for shard in values["shards"]:
        shard.pop("tag", None)
    return values


class ReceivedReceipts:
    """Counts the receipts that a progress callback gets."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()

    def __call__(self, receipt: Receipt) -> None:
        self.names[receipt.name] += 1


class CountedTasks:
    """Tasks that count how many were taken."""

    def __init__(self, tasks: Iterable[int]) -> None:
        self._tasks = iter(tasks)
        self.taken = 0

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        task = next(self._tasks)
        self.taken += 1
        return task
