"""Holding a finished data set against its manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mnistseq.config.model import Config
from mnistseq.core.drawn import DrawnSequences
from mnistseq.core.protocols import Stored
from mnistseq.core.randomness import ALGORITHM, Stream
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import OutputError, SourceError
from mnistseq.pipeline.batch import Batch, Plan
from mnistseq.pipeline.inputs import DrawnInput, Input, RowInput
from mnistseq.pipeline.job import Task, draw_shard
from mnistseq.pipeline.manifest import Json, read_manifest, receipt_from_json
from mnistseq.pipeline.rows import RowFile
from mnistseq.pipeline.store import MANIFEST, open_store
from mnistseq.plugins import create


@dataclass(frozen=True)
class Fault:
    """Something that is not as the manifest says."""

    name: str
    problem: str


def load_manifest(root: str) -> Json:
    """The manifest of a data set, given its folder or URL."""
    try:
        with open_store(root).open(MANIFEST) as file:
            return read_manifest(file.read(), f"{root}/{MANIFEST}")
    except FileNotFoundError:
        raise OutputError(
            f"{root}: has no {MANIFEST}: it is no finished data set; batch --resume finishes one"
        ) from None
    except OSError as error:
        raise OutputError(f"{root}: cannot be read: {error.strerror or error}") from error


def batch_of(manifest: Json, folder: Path, root: str) -> Batch:
    """The request that a manifest answers, to be made in `root`.

    Parameters
    ----------
    manifest : dict
    folder : Path
        Where the manifest lies, and with it the rows that were given.
    root : str

    Raises
    ------
    SourceError
        If this version draws otherwise than the one that made it.
    """
    if manifest["algorithm"] != ALGORITHM:
        raise SourceError(
            f"the data set was drawn by algorithm {manifest['algorithm']}, this version has "
            f"{ALGORITHM}: install mnistseq {manifest['mnistseq']}"
        )
    form = manifest["format"]
    return Batch(
        config=Config.of_checked(manifest["config"]),
        input=_input_of(manifest["input"], folder),
        seed=manifest["seed"],
        writer=create("writer", form["name"], form["parameters"], "format"),
        root=root,
        shares=tuple((name, share) for name, share in manifest["shares"].items()),
        disjoint=manifest["disjoint"],
        shard_samples=manifest["shard_samples"],
    )


def _input_of(described: Json, folder: Path) -> Input:
    values = dict(described)
    if values.pop("kind") == "drawn":
        return DrawnInput(samples=values.pop("samples"), drawn=DrawnSequences(**values))
    path = folder / f"sequences.{values['format']}"
    rows = RowInput(
        RowFile(path, values["format"], str(path)), values["repeat"], values["skip_bad"]
    )
    if not path.is_file() or rows.describe() != described:
        raise SourceError(
            f"{path}: is not the file of sequences that the data set was made from; put it back"
        )
    return rows


def verify(
    root: str, redraw: float = 0.0, progress: Callable[[str], None] | None = None
) -> list[Fault]:
    """Check every shard, and every other file, against its hash.

    Parameters
    ----------
    root : str
        Folder of a finished data set.
    redraw : float
        Share of the samples, 0 to 1, that are drawn again and compared pixel by pixel.
    progress : callable
        Told the name of each shard that was looked at.

    Returns
    -------
    list of Fault
        Empty where all is as it should be.
    """
    manifest = load_manifest(root)
    store = open_store(root)
    faults = []
    for item in manifest["shards"] + manifest["files"]:
        found = store.measure(item["name"])
        if found is None:
            faults.append(Fault(item["name"], "is missing"))
        elif found != (item["bytes"], item["sha256"]):
            faults.append(
                Fault(item["name"], f"was altered: {found[0]} bytes, {item['bytes']} made")
            )
        if progress is not None:
            progress(item["name"])
    if redraw:
        damaged = {fault.name for fault in faults}
        faults += _redraw(root, manifest, redraw, damaged)
    return faults


def _redraw(root: str, manifest: Json, share: float, damaged: set[str]) -> Iterator[Fault]:
    """Draw some samples of each shard again, write and read them as the format does, compare."""
    plan = Plan.of(batch_of(manifest, Path(root), root))
    if plan.job.fingerprint != manifest["source"]["fingerprint"]:
        raise SourceError(
            f"source {manifest['source']['name']} has other glyphs here than those the data set was "
            "drawn from; put the same files in place"
        )
    store = open_store(root)
    shards = {item["name"]: receipt_from_json(item).shard for item in manifest["shards"]}
    for task in plan.tasks({}):
        if task.shard.name in damaged or shards.get(task.shard.name) != task.shard:
            continue
        stream = Stream(manifest["seed"], task.shard.first, task.shard.samples, "redraw")
        chosen = np.flatnonzero(stream.uniform(1)[:, 0] < share)
        if not len(chosen):
            chosen = np.array([0])
        with store.local(task.shard.name) as path, store.scratch() as folder:
            again = folder / f"again{plan.batch.writer.suffix}"
            plan.batch.writer.write_shard(_some(plan, task, chosen), again)
            stored = _at(plan.batch.writer.read_shard(path), chosen)
            for old, new in zip(stored, plan.batch.writer.read_shard(again), strict=True):
                problem = _difference(old, new)
                if problem:
                    yield Fault(f"{task.shard.name}: {old.key}", problem)
    store.close()


def _some(plan: Plan, task: Task, chosen: Any) -> Iterator[SampleBatch]:
    """Those of a shard's samples, one batch each."""
    wanted = set(chosen.tolist())
    place = 0
    for batch in draw_shard(plan.job, task):
        for row in range(len(batch)):
            if place + row in wanted:
                yield batch.at(row)
        place += len(batch)


def _at(samples: Iterator[Stored], chosen: Any) -> Iterator[Stored]:
    wanted = set(chosen.tolist())
    return (sample for place, sample in enumerate(samples) if place in wanted)


def _difference(old: Stored, new: Stored) -> str | None:
    if old.labels != new.labels:
        return f"says {old.labels}, but {new.labels} was drawn"
    if old.image.shape != new.image.shape:
        return f"has {old.image.shape} pixels, drawn again {new.image.shape}"
    count = int((old.image != new.image).sum())
    return f"{count} pixels differ from those drawn again" if count else None
