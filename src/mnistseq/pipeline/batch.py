"""A whole data set: planned, made by an executor, resumed, finished with a manifest."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from mnistseq.config.model import Config
from mnistseq.core.composer import Composer
from mnistseq.core.protocols import Executor
from mnistseq.core.randomness import ALGORITHM
from mnistseq.core.splitting import Disjoint
from mnistseq.errors import OutputError
from mnistseq.pipeline.build import build_composer, plugin_packages
from mnistseq.pipeline.inputs import Count, DrawnInput, Input, RowInput, Shares
from mnistseq.pipeline.job import Job, Receipt, Task
from mnistseq.pipeline.manifest import (
    Json,
    differences,
    manifest_bytes,
    read_manifest,
    receipt_from_json,
    receipt_to_json,
)
from mnistseq.pipeline.plan import ShardPlan, splits_of
from mnistseq.pipeline.shards import ShardMaker
from mnistseq.pipeline.store import MANIFEST, WORK, Store, measure, open_store
from mnistseq.version import __version__

_PLAN = f"{WORK}/plan.json"
_RECEIPTS = f"{WORK}/receipts.jsonl"
_OUTCOME = ("samples", "bytes", "files", "shards")
"""What a manifest says besides what was asked for."""


@dataclass(frozen=True)
class Batch:
    """What is asked of a data set.

    Attributes
    ----------
    config : Config
    input : Input
    seed : int
    writer : object
        The format, with its parameters.
    root : str
        Folder or URL.
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'hand'}
        What no two splits have in common.
    shard_samples : int
    """

    config: Config
    input: Input
    seed: int
    writer: Any
    root: str
    shares: Shares = (("train", 1.0),)
    disjoint: Disjoint = "glyph"
    shard_samples: int = 1000


@dataclass(frozen=True)
class Plan:
    """A batch, read and checked: what it will be, and how a worker makes a shard of it."""

    batch: Batch
    composer: Composer
    shards: ShardPlan
    job: Job
    description: Json

    @classmethod
    def of(cls, batch: Batch) -> Plan:
        """Read the input and the source, and check all that can be checked before drawing."""
        composer = build_composer(batch.config)
        count = batch.input.count(batch.config, composer, batch.seed, batch.shares)
        splits = splits_of(tuple(name for name, _ in batch.shares), count.samples)
        shards = ShardPlan(splits, batch.shard_samples, batch.writer.suffix)
        job = Job(
            config=batch.config,
            seed=batch.seed,
            drawn=batch.input.drawn if isinstance(batch.input, DrawnInput) else None,
            shares=batch.shares,
            disjoint=batch.disjoint,
            fingerprint=composer.bank.fingerprint,
            writer=batch.writer,
            root=batch.root,
        )
        return cls(batch, composer, shards, job, _describe(batch, composer, shards, count))

    def tasks(self, known: dict[str, Receipt]) -> Iterator[Task]:
        """Every shard that is to be made, with what is known of it from before."""
        batch = self.batch
        for task in batch.input.tasks(
            self.shards, batch.config, self.composer, batch.seed, batch.shares
        ):
            receipt = known.get(task.shard.name)
            if receipt is None or receipt.shard != task.shard:
                yield task
            else:
                yield replace(task, known=(receipt.bytes, receipt.sha256))


@dataclass(frozen=True)
class Summary:
    """What came of a batch.

    Attributes
    ----------
    root : str
    samples, shards, bytes : int
        Of the whole data set.
    made : int
        Shards made now; the others were there.
    seconds : float
    """

    root: str
    samples: int
    shards: int
    bytes: int
    made: int
    seconds: float


def run_batch(
    plan: Plan,
    executor: Executor,
    *,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[Receipt], None] | None = None,
) -> Summary:
    """Make a data set.

    Parameters
    ----------
    plan : Plan
    executor : Executor
    resume : bool
        Go on with what is there: shards that are whole are kept.
    force : bool
        Remove a data set of ours that is there, and begin anew.
    progress : callable
        Told of every shard as it is finished.

    Raises
    ------
    OutputError
        If something else is in the folder, or a data set that is not to be
        touched; if a resumed one was begun otherwise; if something cannot be
        written. What is finished is kept, and `resume` goes on from it.
    """
    began = time.monotonic()
    store = open_store(plan.batch.root)
    _refuse_strangers(store, plan.batch.root)
    with store.lock():
        try:
            receipts = _make(store, plan, executor, resume=resume, force=force, progress=progress)
        finally:
            if not store.has(_PLAN):
                # Refused, or given up before anything was made: leave no trace.
                store.close()
                store.discard()
    store.close()
    return Summary(
        root=plan.batch.root,
        samples=plan.shards.samples,
        shards=len(receipts),
        bytes=sum(receipt.bytes for receipt in receipts),
        made=sum(receipt.made for receipt in receipts),
        seconds=time.monotonic() - began,
    )


def _make(
    store: Store,
    plan: Plan,
    executor: Executor,
    *,
    resume: bool,
    force: bool,
    progress: Callable[[Receipt], None] | None,
) -> list[Receipt]:
    known = _begin(store, plan, resume=resume, force=force)
    receipts: list[Receipt] = []
    try:
        unchanged = store.unchanged({name: item.tag for name, item in known.items() if item.tag})
        receipts += [replace(known[name], made=False) for name in unchanged]
        tasks = (task for task in plan.tasks(known) if task.shard.name not in unchanged)
        maker = ShardMaker.of(plan.job, plan.description["plugins"])
        for receipt in _closing(executor.run(tasks, maker)):
            store.append(_RECEIPTS, [receipt_to_json(receipt)])
            receipts.append(receipt)
            if progress is not None:
                progress(receipt)
        _finish(store, plan, receipts)
    except BaseException:
        if known or receipts:
            store.flush(_RECEIPTS)
        else:
            # Nothing is worth resuming, and what was asked for may not even be possible.
            _forget(store, plan)
        raise
    return receipts


def _closing(receipts: Iterator[Receipt]) -> Iterator[Receipt]:
    """The same receipts; an executor that can be closed is, when nobody asks for more."""
    try:
        yield from receipts
    finally:
        close = getattr(receipts, "close", None)
        if close is not None:
            close()


def _refuse_strangers(store: Store, root: str) -> None:
    there = store.names()
    if there and not {MANIFEST, WORK} & set(there):
        raise OutputError(
            f"{root}: is not empty and no data set of mnistseq's: it has {there[0]}; give an empty "
            "or a new folder"
        )


def _describe(batch: Batch, composer: Composer, shards: ShardPlan, count: Count) -> Json:
    """All that decides what is drawn, in the words of the manifest."""
    description = {
        "mnistseq": __version__,
        "algorithm": ALGORITHM,
        "plugins": plugin_packages(batch.config, batch.writer.name),
        "seed": batch.seed,
        "config": batch.config.to_dict(),
        "source": {
            "name": composer.bank.name,
            "glyphs": len(composer.bank),
            "fingerprint": composer.bank.fingerprint,
        },
        "input": batch.input.describe(),
        "skipped": {"rows": count.bad, "first": [asdict(row) for row in count.listed]},
        "format": {"name": batch.writer.name, "parameters": asdict(batch.writer)},
        "splits": [asdict(split) for split in shards.splits],
        "shares": dict(batch.shares),
        "disjoint": batch.disjoint,
        "shard_samples": batch.shard_samples,
    }
    return dict(json.loads(json.dumps(description)))


def _begin(store: Store, plan: Plan, *, resume: bool, force: bool) -> dict[str, Receipt]:
    """Look at what is there, and say which shards of it may be kept."""
    there = store.names()
    ours = MANIFEST in there or store.has(_PLAN)
    known: dict[str, Receipt] = {}
    if ours and force:
        _remove(store)
    elif ours:
        old = _old_description(store, plan.batch.root)
        if not resume:
            state = "is finished" if MANIFEST in there else "was begun and not finished"
            raise OutputError(
                f"{plan.batch.root}: a data set is there that {state}: --resume goes on with it, "
                "--force makes it anew"
            )
        changed = differences(old, plan.description)
        if changed:
            raise OutputError(
                f"{plan.batch.root}: was begun otherwise, so it cannot be resumed: "
                + "; ".join(changed)
                + ". Ask for the same again, or give --force to make it anew"
            )
        known = _known(store)
    store.prepare()
    store.write(_PLAN, json.dumps(plan.description).encode())
    if isinstance(plan.batch.input, RowInput):
        _keep_rows(store, plan.batch.input)
    return known


def seed_of(root: str) -> int | None:
    """The seed of a data set that is there, finished or not; None where there is none."""
    store = open_store(root)
    if not {MANIFEST, WORK} & set(store.names()):
        return None
    return int(_old_description(store, root)["seed"])


def _old_description(store: Store, root: str) -> Json:
    names = store.names()
    if MANIFEST in names:
        with store.open(MANIFEST) as file:
            old = read_manifest(file.read(), f"{root}/{MANIFEST}")
        return {key: value for key, value in old.items() if key not in _OUTCOME}
    try:
        with store.open(_PLAN) as file:
            return dict(json.loads(file.read()))
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{root}: a data set was begun there, but its plan cannot be read: --force begins anew"
        ) from error


def _known(store: Store) -> dict[str, Receipt]:
    """Shards that were finished before, by name; whether they still are, workers look."""
    lines = store.lines(_RECEIPTS)
    if MANIFEST in store.names():
        with store.open(MANIFEST) as file:
            lines = read_manifest(file.read(), MANIFEST)["shards"] + lines
    known: dict[str, Receipt] = {}
    for line in lines:
        with suppress(KeyError, TypeError):
            receipt = receipt_from_json(line)
            known[receipt.shard.name] = receipt
    return known


def _remove(store: Store) -> None:
    """Remove a data set, and nothing else that may be in the folder."""
    known = list(_known(store))
    if MANIFEST in store.names():
        with store.open(MANIFEST) as file:
            known += [item["name"] for item in read_manifest(file.read(), MANIFEST)["files"]]
        store.remove(MANIFEST)
    for name in known:
        store.remove(name)
    store.remove(_PLAN)
    store.remove(_RECEIPTS)


def _forget(store: Store, plan: Plan) -> None:
    """Leave the folder as it was found."""
    if isinstance(plan.batch.input, RowInput):
        store.remove(f"sequences.{plan.batch.input.file.form}")
    store.remove(_PLAN)


def _keep_rows(store: Store, rows: RowInput) -> str:
    """Put the input beside what is made of it, so that the set can be made again from itself."""
    name = f"sequences.{rows.file.form}"
    if store.measure(name) != measure(rows.file.path):
        with store.scratch() as folder:
            part = folder / "rows"
            shutil.copyfile(rows.file.path, part)
            store.put(part, name)
    return name


def _finish(store: Store, plan: Plan, receipts: list[Receipt]) -> None:
    """Write what belongs to the whole set, and last the manifest."""
    names = []
    if isinstance(plan.batch.input, RowInput):
        names.append(_keep_rows(store, plan.batch.input))
    finish = getattr(plan.batch.writer, "finish", None)
    if finish is not None:
        in_order = sorted(receipts, key=lambda receipt: receipt.shard.first)
        with store.scratch() as folder:
            finish([receipt.shard.name for receipt in in_order], store.open, folder)
            for part in sorted(path for path in folder.rglob("*") if path.is_file()):
                names.append(part.relative_to(folder).as_posix())
                store.put(part, names[-1])
    files = []
    for name in names:
        size, digest = store.measure(name) or (0, "")
        files.append({"name": name, "bytes": size, "sha256": digest})
    store.write(MANIFEST, manifest_bytes({**plan.description, "files": files}, receipts))
