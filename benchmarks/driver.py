"""What a shard costs whoever hands it out: 100,000 shards whose making takes no time.

The plan, the journal of receipts and the manifest are those of a real batch; only the
function is one that returns at once. Processor time is the driver's own process alone, and
is what bounds a cluster: shards that take s seconds each keep s / cost cores busy. The
clock also counts the waiting for workers that are on the same machine here.
"""

from __future__ import annotations

import argparse
import tempfile
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from mnistseq.core.protocols import Executor
from mnistseq.pipeline.dataset.manifest import manifest_bytes, receipt_to_json
from mnistseq.pipeline.shards.layout import ShardLayout, splits_of
from mnistseq.pipeline.shards.spec import Receipt, Task
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.plugins.registry import create

SAMPLES_IN_A_SHARD = 10_000


@dataclass(frozen=True)
class Empty:
    """A shard that is made at once."""

    job: bytes
    """As large as a real one: it goes with the function."""

    def __call__(self, task: Task) -> Receipt:
        """Say that it is there."""
        return Receipt(task.shard, 123_456_789, "0" * 64)


def plan_of(shards: int) -> ShardLayout:
    """A plan of so many shards."""
    samples = shards * SAMPLES_IN_A_SHARD
    train = samples * 9 // 10
    return ShardLayout(
        splits_of(("train", "val"), (train, samples - train)), SAMPLES_IN_A_SHARD, ".tar"
    )


def drive(executor: Executor, shards: int, folder: Path) -> tuple[float, float]:
    """Run all shards, note receipts and write the manifest: processor and clock, in seconds."""
    plan, store = plan_of(shards), LocalStore(str(folder))
    journal = Journal(store, "receipts.jsonl")
    receipts: list[Receipt] = []
    began = process_time(), perf_counter()
    tasks = (Task(plan[number]) for number in range(len(plan)))
    for receipt in executor.run(tasks, Empty(bytes(2000))):
        journal.append(receipt_to_json(receipt))
        receipts.append(receipt)
    store.write("manifest.json", manifest_bytes({"seed": 1}, receipts))
    return process_time() - began[0], perf_counter() - began[1]


def plan_memory(shards: int) -> tuple[float, float]:
    """Make a plan and look at every shard of it: seconds, and MiB at the peak."""
    began = perf_counter()
    plan = plan_of(shards)
    for number in range(len(plan)):
        plan[number]
    seconds = perf_counter() - began
    tracemalloc.start()
    plan = plan_of(shards)
    for number in range(0, len(plan), 100):
        plan[number]
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
    seconds, peak = plan_memory(asked.shards)
    print(
        f"a plan of {asked.shards * SAMPLES_IN_A_SHARD:,} samples in {asked.shards:,} shards: "
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
