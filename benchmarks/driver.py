"""What a shard costs the process that hands it out: 100,000 shards that take no time to make.

The layout, the journal of receipts and the manifest are those of a real data set; only the
function returns at once. Processor time is the driver's own process alone, and
is what limits a cluster: shards that take s seconds each keep s / cost cores busy. The
clock also counts the waiting for workers, which are on the same machine here.
"""

from __future__ import annotations

import argparse
import tempfile
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from mnistseq.core.protocols import Executor
from mnistseq.core.randomness import ALGORITHM
from mnistseq.pipeline.dataset.manifest import (
    FormatRecord,
    Manifest,
    PlanRecord,
    RandomRecord,
    SkippedRecord,
    SourceRecord,
    manifest_bytes,
)
from mnistseq.pipeline.shards.layout import ShardLayout, splits_of
from mnistseq.pipeline.shards.spec import Receipt, Task
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.plugins.registry import create

SAMPLES_IN_A_SHARD = 10_000


@dataclass(frozen=True)
class Empty:
    """Makes a shard at once."""

    spec: bytes
    """As large as a real one: it travels with the function."""

    def __call__(self, task: Task) -> Receipt:
        """Return a receipt."""
        return Receipt.of(task.shard, 123_456_789, "0" * 64)


def layout_of(shards: int) -> ShardLayout:
    """Return a layout of `shards` shards."""
    samples = shards * SAMPLES_IN_A_SHARD
    train = samples * 9 // 10
    return ShardLayout(
        splits_of(("train", "val"), (train, samples - train)), SAMPLES_IN_A_SHARD, ".tar"
    )


def record_of(layout: ShardLayout) -> PlanRecord:
    """Return the plan of a data set with this layout."""
    return PlanRecord(
        mnistseq="0",
        algorithm=ALGORITHM,
        plugins={},
        seed=1,
        config={},
        source=SourceRecord("mnist", 60_000, "0" * 64),
        input=RandomRecord("drawn", layout.samples, 10, 5, 5, balanced=False),
        skipped=SkippedRecord(0, ()),
        format=FormatRecord("webdataset", {}, layout.suffix),
        splits=layout.splits,
        shares={split.name: split.samples / layout.samples for split in layout.splits},
        disjoint="glyph",
        shard_samples=layout.shard_samples,
    )


def drive(executor: Executor, shards: int, folder: Path) -> tuple[float, float]:
    """Make all shards, record them and write the manifest: processor and clock, in seconds."""
    layout, store = layout_of(shards), LocalStore(str(folder))
    journal = Journal(store, "receipts.jsonl")
    receipts: list[Receipt] = []
    began = process_time(), perf_counter()
    tasks = (Task(layout[number]) for number in range(len(layout)))
    for receipt in executor.run(tasks, Empty(bytes(2000))):
        journal.append(receipt.to_json())
        receipts.append(receipt)
    store.write("manifest.json", manifest_bytes(Manifest.of(record_of(layout), [], receipts)))
    return process_time() - began[0], perf_counter() - began[1]


def layout_memory(shards: int) -> tuple[float, float]:
    """Compute every shard of a layout: seconds, and MiB at the peak."""
    began = perf_counter()
    layout = layout_of(shards)
    for number in range(len(layout)):
        layout[number]
    seconds = perf_counter() - began
    tracemalloc.start()
    layout = layout_of(shards)
    for number in range(0, len(layout), 100):
        layout[number]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak / 2**20


def main() -> None:
    """Print the driver's cost a shard."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shards", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("executors", nargs="*", default=["serial", "processes", "dask"])
    asked = parser.parse_args()
    seconds, peak = layout_memory(asked.shards)
    print(
        f"a layout of {asked.shards * SAMPLES_IN_A_SHARD:,} samples in {asked.shards:,} shards: "
        f"{seconds:.2f} s to name each, {peak:.3f} MiB"
    )
    parameters = {"processes": {"jobs": asked.workers}, "serial": {}}
    for name in asked.executors:
        given = parameters.get(name, {"workers": asked.workers})
        executor: Executor = create("executor", name, given, "executor")
        with tempfile.TemporaryDirectory() as folder:
            processor, clock = drive(executor, asked.shards, Path(folder))
        each = 1e6 / asked.shards
        print(f"{name:<10}{processor * each:>8.0f} µs of the driver{clock * each:>8.0f} µs in all")


if __name__ == "__main__":
    main()
