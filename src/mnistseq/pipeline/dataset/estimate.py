"""What a batch would cost, from a measured sample of it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.draw import draw_shard
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.store.write_errors import temp_file_errors

_SAMPLES = 1000
_ROUNDS = 3


@dataclass(frozen=True)
class Estimate:
    """What would be made.

    Attributes
    ----------
    samples, shards, bytes : int
        Of the whole data set; the bytes are an estimate.
    there : int
        How many of the samples are there already.
    skipped : int
        Rows that would be left out.
    seconds : float
        For the others, on one core of this machine: an estimate.
    measured : int
        From how many samples that was measured.
    """

    samples: int
    shards: int
    bytes: int
    there: int
    skipped: int
    seconds: float
    measured: int


def estimate(plan: DatasetPlan, there: int = 0) -> Estimate:
    """Make some of the first shard, in a temporary folder, and extrapolate.

    Parameters
    ----------
    plan : DatasetPlan
    there : int
        How many samples are there already, and need not be made.
    """
    first = next(iter(plan.tasks({})))
    task = first.part(0, min(_SAMPLES, first.shard.samples))
    seconds = []
    with temp_file_errors("a sample"), tempfile.TemporaryDirectory() as folder:
        for number in range(1 + _ROUNDS):
            path = Path(folder) / f"part-{number}{plan.batch.format.suffix}"
            began = time.perf_counter()
            plan.batch.format.write_shard(draw_shard(plan.job, task), path)
            seconds.append(time.perf_counter() - began)
        size, _ = measure(path)
    samples = plan.shards.samples
    there = min(there, samples)
    return Estimate(
        samples=samples,
        shards=len(plan.shards),
        bytes=round(size * samples / task.shard.samples),
        there=there,
        skipped=plan.description["skipped"]["rows"],
        # The first round also loads what is loaded once.
        seconds=median(seconds[1:]) * (samples - there) / task.shard.samples,
        measured=task.shard.samples,
    )
