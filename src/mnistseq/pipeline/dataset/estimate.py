"""Estimate the size and time of a data set by making a part of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.draw import draw_shard
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.store.write_errors import temp_file_errors
from mnistseq.temporary import temporary_folder

_SAMPLES = 1000
_ROUNDS = 3


@dataclass(frozen=True)
class Estimate:
    """Estimated size of a data set, and the time to make it.

    Attributes
    ----------
    samples, shards : int
        Totals of the data set.
    bytes : int
        Estimated total size.
    existing : int
        Existing samples that need not be made.
    skipped : int
        Rows that would be skipped.
    seconds : float
        Estimated time for the remaining samples on one core of this machine.
    measured : int
        Number of samples that the estimate is based on.
    remarks : tuple of str
        Warnings about what readers of the format may do to these texts.
    """

    samples: int
    shards: int
    bytes: int
    existing: int
    skipped: int
    seconds: float
    measured: int
    remarks: tuple[str, ...]


def estimate(plan: DatasetPlan, existing: int = 0) -> Estimate:
    """Make a part of the first shard in a temporary folder, and extrapolate.

    Parameters
    ----------
    existing : int
        Number of existing samples that need not be made.
    """
    first = next(iter(plan.tasks({})))
    task = first.part(0, min(_SAMPLES, first.shard.samples))
    dataset_format, seconds = plan.request.format, []
    with temp_file_errors("a sample"), temporary_folder() as folder:
        for number in range(1 + _ROUNDS):
            path = folder / f"part-{number}{dataset_format.suffix}"
            began = time.perf_counter()
            dataset_format.write_shard(draw_shard(plan.spec, task), path)
            seconds.append(time.perf_counter() - began)
        size, _ = measure(path)
    texts = [text for batch in draw_shard(plan.spec, task) for text in batch.texts]
    samples = plan.layout.samples
    existing = min(existing, samples)
    return Estimate(
        samples=samples,
        shards=len(plan.layout),
        bytes=round(size * samples / task.shard.samples),
        existing=existing,
        skipped=plan.record.skipped.rows,
        # The first round also includes one-time loading.
        seconds=median(seconds[1:]) * (samples - existing) / task.shard.samples,
        measured=task.shard.samples,
        remarks=dataset_format.remarks(texts),
    )
