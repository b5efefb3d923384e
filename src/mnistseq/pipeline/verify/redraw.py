"""Draw shards of a finished data set again, and compare them with the existing ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import cast

import numpy as np

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Format
from mnistseq.core.randomness import Stream
from mnistseq.core.stored_samples import StoredSample
from mnistseq.errors import MnistseqError
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.executor import make_executor
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.draw import draw_shard
from mnistseq.pipeline.shards.execution import run_tasks
from mnistseq.pipeline.shards.spec import Receipt, ShardSpec, Task
from mnistseq.pipeline.shards.worker import ShardFunction
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.store.open import open_store
from mnistseq.pipeline.store.write_errors import temp_file_errors
from mnistseq.pipeline.verify.result import DatasetFault
from mnistseq.temporary import temporary_folder


@dataclass(frozen=True)
class RedrawnShard:
    """A shard drawn again, and how it differs; None if it is equal."""

    name: str
    problem: str | None


def choose_shards(manifest: Manifest, share: float) -> list[str]:
    """Choose about a share of the shards, at least one, by the seed; return their names."""
    names = [shard.name for shard in manifest.shards]
    chances = Stream(manifest.seed, 0, len(names), "redraw").uniform(1)[:, 0]
    chosen = np.flatnonzero(chances < share).tolist()
    if not chosen and names:
        chosen = [int(chances.argmin())]
    return [names[index] for index in chosen]


def redraw_shards(
    manifest: Manifest,
    plan: DatasetPlan,
    chosen: Sequence[str],
    damaged: Set[str],
    jobs: int | None,
    progress: Callable[[], None],
) -> Iterator[DatasetFault]:
    """Draw the chosen shards again, except those known to be damaged.

    Yields
    ------
    DatasetFault
        For each shard that differs, or whose plan does not match the manifest.
    """
    receipts = {shard.name: shard for shard in manifest.shards}
    wanted = set(chosen) - damaged
    recorded = plan.with_versions(manifest.format.versions)
    tasks = []
    for task in recorded.tasks(receipts):
        if task.known is None and task.shard.name not in damaged:
            yield DatasetFault(task.shard.name, "is not the shard that was planned")
        elif task.shard.name in wanted:
            tasks.append(task)
    executor = make_executor(None, {}, jobs, max(len(tasks), 1))
    function = ShardFunction.of(_redraw, recorded.spec, plan.record.plugins)
    redrawn = {}
    for shard in run_tasks(executor, tasks, function, RedrawnShard):
        redrawn[shard.name] = shard
        progress()
    for _ in range(len(chosen) - len(tasks)):
        progress()
    for task in tasks:
        problem = redrawn[task.shard.name].problem
        if problem is not None:
            yield DatasetFault(task.shard.name, problem)


def _redraw(spec: ShardSpec, task: Task) -> RedrawnShard:
    """Draw a shard again, and compare hashes; where a library has another version, samples."""
    receipt = cast("Receipt", task.known)
    with temp_file_errors("a shard drawn again"), temporary_folder() as folder:
        again = folder / f"again{spec.format.suffix}"
        with component_errors("format", spec.format.name, OSError):
            spec.format.write_shard(draw_shard(spec, task), again)
        if measure(again) == (receipt.bytes, receipt.sha256):
            return RedrawnShard(receipt.name, None)
        recorded = spec.versions if receipt.versions is None else receipt.versions
        if recorded == spec.format.versions():
            return RedrawnShard(receipt.name, "differs from the shard drawn again")
        with open_store(spec.root).local(receipt.name) as path:
            return RedrawnShard(receipt.name, _compare(spec.format, path, again))


def _compare(dataset_format: Format, path: Path, again: Path) -> str | None:
    """Describe how the samples of a shard differ from those drawn again; None if equal."""
    count, different = 0, []
    try:
        for old, new in zip_longest(
            dataset_format.read_shard(path), dataset_format.read_shard(again)
        ):
            if old is None or new is None:
                number = "fewer" if old is None else "more"
                return f"has {number} samples than the shard drawn again"
            difference = _difference(old, new)
            if difference is not None:
                different.append(f"sample {new.index}: {difference}")
            count += 1
    except MnistseqError:
        raise
    except Exception as error:  # noqa: BLE001  # a format may raise anything for a damaged shard
        return f"cannot be read after {plural(count, 'sample')}: {type(error).__name__}: {error}"
    if not different:
        return None
    return f"{len(different)} of {count} samples differ from those drawn again; {different[0]}"


def _difference(old: StoredSample, new: StoredSample) -> str | None:
    if (old.labels, old.text) != (new.labels, new.text):
        return f"has labels {' '.join(old.labels)}, but {' '.join(new.labels)} were drawn"
    if old.image.shape != new.image.shape:
        return f"has an image of shape {old.image.shape}, but {new.image.shape} was drawn"
    pixels = int((old.image != new.image).sum())
    if pixels:
        return f"has {plural(pixels, 'different pixel')}"
    masks = [np.zeros(0, np.uint16) if one.mask is None else one.mask for one in (old, new)]
    if not np.array_equal(masks[0], masks[1]):
        return "has another mask"
    return None if (old.index, old.record) == (new.index, new.record) else "has another record"
