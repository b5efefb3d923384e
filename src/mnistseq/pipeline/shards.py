"""Making one shard: what runs on a worker."""

from __future__ import annotations

from mnistseq.atomic import explain
from mnistseq.errors import OutputError
from mnistseq.pipeline.job import Job, Receipt, Task, draw_shard
from mnistseq.pipeline.store import measure, open_store


def make_shard(job: Job, task: Task) -> Receipt:
    """Make a shard, unless it is there already, whole and unchanged.

    Raises
    ------
    OutputError
        If it cannot be written; nothing is left under its name.
    """
    store = open_store(job.root)
    shard = task.shard
    if task.known is not None and store.measure(shard.name) == task.known:
        return Receipt(shard, *task.known, made=False)
    with store.scratch() as folder:
        part = folder / f"part{job.writer.suffix}"
        try:
            job.writer.write_shard(draw_shard(job, task), part)
        except OSError as error:
            raise OutputError(explain(part, error)) from error
        size, digest = measure(part)
        tag = store.put(part, shard.name)
    return Receipt(shard, size, digest, tag)
