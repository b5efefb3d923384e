"""What a batch would cost, from a measured sample of it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from mnistseq.pipeline.disk import measure
from mnistseq.pipeline.job import RowPart, Task, draw_shard
from mnistseq.pipeline.planning import Plan

_SAMPLES = 1000
_ROUNDS = 3


@dataclass(frozen=True)
class Estimate:
    """What would be made.

    Attributes
    ----------
    samples, shards, bytes : int
        The bytes are an estimate.
    seconds : float
        On one core of this machine, an estimate.
    measured : int
        From how many samples that was measured.
    """

    samples: int
    shards: int
    bytes: int
    seconds: float
    measured: int


def estimate(plan: Plan) -> Estimate:
    """Make some of the first shard, in a temporary folder, and extrapolate."""
    task = _part(next(iter(plan.tasks({}))))
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1 + _ROUNDS):
            path = Path(folder) / f"part-{number}{plan.batch.writer.suffix}"
            began = time.perf_counter()
            plan.batch.writer.write_shard(draw_shard(plan.job, task), path)
            seconds.append(time.perf_counter() - began)
        size, _ = measure(path)
    scale = plan.shards.samples / task.shard.samples
    return Estimate(
        samples=plan.shards.samples,
        shards=len(plan.shards),
        bytes=round(size * scale),
        # The first round also loads what is loaded once.
        seconds=median(seconds[1:]) * scale,
        measured=task.shard.samples,
    )


def _part(task: Task) -> Task:
    samples = min(_SAMPLES, task.shard.samples)
    if task.rows is None:
        return replace(task, shard=replace(task.shard, samples=samples))
    rows: list[RowPart] = []
    left = samples
    for part in task.rows:
        rows.append(part._replace(samples=min(part.samples, left)))
        left -= rows[-1].samples
        if not left:
            break
    return replace(task, shard=replace(task.shard, samples=samples), rows=tuple(rows))
