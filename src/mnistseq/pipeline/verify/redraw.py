"""Drawing samples of a finished data set again, and comparing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from errno import ENOSPC
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from mnistseq.core.protocols import Stored
from mnistseq.core.randomness import Stream
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import MnistseqError
from mnistseq.pipeline.dataset.manifest import Manifest, RowsRecord
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.draw import draw_shard
from mnistseq.pipeline.shards.spec import Task
from mnistseq.pipeline.store.durability import files_in, measure
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.pipeline.store.write_errors import temp_file_errors

Tell: TypeAlias = Callable[[int, bool], None]


@dataclass(frozen=True)
class Fault:
    """Something that is not as the manifest says."""

    name: str
    problem: str


def redraw_shards(
    store: Store, plan: DatasetPlan, manifest: Manifest, share: float, damaged: set[str], tell: Tell
) -> Iterator[Fault]:
    """Draw some samples of each shard again, write and read them as the format does, compare."""
    shards = {receipt.name: receipt.shard for receipt in manifest.shards}
    for task in plan.tasks({}):
        name = task.shard.name
        if name not in damaged and shards.get(name) == task.shard:
            stream = Stream(manifest.seed, task.shard.first, task.shard.samples, "redraw")
            chosen = np.flatnonzero(stream.uniform(1)[:, 0] < share).tolist() or [0]
            yield from _redraw_shard(store, plan, task, chosen)
        elif name not in damaged:
            yield Fault(name, "is not the shard that was planned")
        tell(1, True)


def _redraw_shard(
    store: Store, plan: DatasetPlan, task: Task, chosen: list[int]
) -> Iterator[Fault]:
    name, dataset_format = task.shard.name, plan.request.format
    with (
        store.local(name) as path,
        temp_file_errors("samples drawn again"),
        tempfile.TemporaryDirectory() as folder,
    ):
        again = Path(folder) / f"again{dataset_format.suffix}"
        dataset_format.write_shard(_some(plan, task, chosen), again)
        stored, problem = _read(dataset_format, path, set(chosen), task.shard.samples)
        if problem is not None:
            yield Fault(name, problem)
        for place, new in zip(chosen, dataset_format.read_shard(again), strict=True):
            index = task.shard.first + place
            problem = _difference(stored[place], new, index) if place in stored else None
            if problem is not None:
                yield Fault(f"{name}, sample {index}", problem)


def _some(plan: DatasetPlan, task: Task, chosen: list[int]) -> Iterator[SampleBatch]:
    """Those of a shard's samples, and no others: neighbours in one go."""
    for _, run in groupby(enumerate(chosen), key=lambda pair: pair[1] - pair[0]):
        places = [place for _, place in run]
        yield from draw_shard(plan.spec, task.part(places[0], len(places)))


def _read(
    dataset_format: Any, path: Path, chosen: set[int], samples: int
) -> tuple[dict[int, Stored], str | None]:
    """The chosen samples of a shard, and what is wrong with the shard as a whole."""
    stored: dict[int, Stored] = {}
    count = 0
    try:
        for count, sample in enumerate(dataset_format.read_shard(path), 1):
            if count - 1 in chosen:
                stored[count - 1] = sample
    except MnistseqError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a format's reader says of damage
        return stored, f"cannot be read beyond {count} samples: {type(error).__name__}: {error}"
    if count != samples:
        return stored, f"has {count} samples, {samples} were made"
    return stored, None


def _difference(old: Stored, new: Stored, index: int) -> str | None:
    if (old.labels, old.text) != (new.labels, new.text):
        said, drawn = (
            " ".join(sample.labels) + (f" ({sample.text!r})" if sample.text is not None else "")
            for sample in (old, new)
        )
        return f"says {said}, but {drawn} was drawn"
    if old.image.shape != new.image.shape:
        return f"has {old.image.shape} pixels, drawn again {new.image.shape}"
    count = int((old.image != new.image).sum())
    if count:
        return f"{count} pixels differ from those drawn again"
    others = ", ".join(dict.fromkeys(_others(old.record or {}, new.record or {})))
    if others:
        return f"says another {others} than was drawn"
    # A format without records may count its samples within each shard.
    return None if old.record is None or old.index == index else f"says it is sample {old.index}"


def _others(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What two records do not say alike."""
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _others(one, other)
        elif (key in old, one) != (key in new, other):
            yield key


def finish_again(
    store: Store, plan: DatasetPlan, manifest: Manifest, damaged: set[str], tell: Tell
) -> Iterator[Fault]:
    """Make the files of the whole set again from its shards, if these are all there; compare."""
    dataset_format = plan.request.format
    names = [plan.layout[number].name for number in range(len(plan.layout))]
    listed = {item.name: (item.bytes, item.sha256) for item in manifest.files}
    if isinstance(manifest.input, RowsRecord):
        listed.pop(manifest.input.name, None)
    if damaged.isdisjoint(names):
        with temp_file_errors("label files made again"), tempfile.TemporaryDirectory() as folder:
            top = Path(folder)
            try:
                dataset_format.finish(names, store.open, top)
            except MnistseqError:
                raise
            except Exception as error:  # whatever a format says of damage
                if isinstance(error, OSError) and error.errno == ENOSPC:
                    raise
                problem = f"cannot be made again from the shards: {type(error).__name__}: {error}"
                yield Fault(", ".join(listed) or MANIFEST, problem)
            else:
                made = {name: measure(file) for name, file in files_in(top)}
                yield from _faults_of_finished(listed, made)
    for _ in manifest.files:
        tell(1, True)


def _faults_of_finished(
    listed: Mapping[str, tuple[int, str]], made: Mapping[str, tuple[int, str]]
) -> Iterator[Fault]:
    for name in sorted({*listed, *made}):
        if name not in made:
            yield Fault(name, "is in the manifest, but nothing that the shards come to")
        elif name not in listed:
            yield Fault(name, "is not in the manifest, though the shards come to it")
        elif listed[name] != made[name]:
            yield Fault(name, "is not what the shards come to")
