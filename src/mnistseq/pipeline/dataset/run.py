"""A whole data set: made by an executor, gone on with, finished with a manifest."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Executor
from mnistseq.errors import MnistseqError, OutputError, PluginError
from mnistseq.pipeline.dataset.existing import (
    FILES,
    PLAN,
    RECEIPTS,
    known_shards,
    old_description,
    refuse_others,
    refuse_own_rows,
    refuse_strangers,
    refuse_unasked,
    remove_all,
    rows_name,
    shards_there,
)
from mnistseq.pipeline.dataset.manifest import Json, manifest_bytes, receipt_to_json
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.shards.spec import Receipt, Task
from mnistseq.pipeline.shards.worker import ShardMaker
from mnistseq.pipeline.store.durability import files_in, fsync_and_hash
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.open import open_store
from mnistseq.pipeline.store.protocol import MANIFEST, WORK, Store
from mnistseq.pipeline.store.write_errors import cannot_write


@dataclass(frozen=True)
class Summary:
    """What came of a batch.

    Attributes
    ----------
    root : str
    samples, shards, bytes : int
        Of the whole data set.
    made, made_samples : int
        Shards made now, and samples in them; the others were there.
    skipped : int
        Rows that were left out.
    seconds : float
    """

    root: str
    samples: int
    shards: int
    bytes: int
    made: int
    made_samples: int
    skipped: int
    seconds: float

    @classmethod
    def of(cls, plan: DatasetPlan, receipts: list[Receipt], seconds: float) -> Summary:
        """Count what there is."""
        made = [receipt for receipt in receipts if receipt.made]
        return cls(
            root=plan.batch.root,
            samples=plan.shards.samples,
            shards=len(receipts),
            bytes=sum(receipt.bytes for receipt in receipts),
            made=len(made),
            made_samples=sum(receipt.shard.samples for receipt in made),
            skipped=plan.description["skipped"]["rows"],
            seconds=seconds,
        )


def check_place(root: str, *, resume: bool = False, force: bool = False) -> int:
    """Whether a data set may be made there, as far as that can be told beforehand.

    Returns
    -------
    int
        How many samples are there already, in shards that were noted; `resume` keeps
        those that are still whole.

    Raises
    ------
    OutputError
        If something else is there, or a data set that is not to be touched.
    """
    store = open_store(root)
    refuse_strangers(store, root)
    store.check_writable()
    if not resume and not force:
        refuse_unasked(store, root)
    if not resume:
        return 0
    return sum(receipt.shard.samples for receipt in known_shards(store, root).values())


def check_plan(plan: DatasetPlan, *, resume: bool = False, force: bool = False) -> None:
    """Whether a data set may be made where its plan says, beside what is there.

    Raises
    ------
    OutputError
        If what is there is not to be touched, or was begun otherwise.
    """
    _old_of(open_store(plan.batch.root), plan, resume=resume, force=force)


def run_batch(
    plan: DatasetPlan,
    executor: Executor,
    *,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[Receipt], None] | None = None,
) -> Summary:
    """Make a data set.

    Parameters
    ----------
    plan : DatasetPlan
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
    root = plan.batch.root
    store = open_store(root)
    refuse_strangers(store, root)
    with _blaming(root), store.session():
        known = _begin(store, plan, resume=resume, force=force)
        receipts = _make(store, plan, executor, known, progress)
        with suppress(OutputError):  # the data set is finished, and what is left does no harm
            store.remove(WORK)
    return Summary.of(plan, receipts, time.monotonic() - began)


@contextmanager
def _blaming(root: str) -> Iterator[None]:
    """Say of what the system refuses, such as to look into the folder, where that was."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{error.filename or root}: {error.strerror or error}; check the permissions"
        ) from error


def _old_of(store: Store, plan: DatasetPlan, *, resume: bool, force: bool) -> Json | None:
    """What is there was begun with, if that may be gone on with, or removed."""
    root = plan.batch.root
    if not resume and not force:
        refuse_unasked(store, root)
        return None
    old = old_description(store, root)
    if old is None:
        return None
    if not force:
        refuse_others(old, plan.description, root)
    elif isinstance(plan.batch.input, RowInput):
        refuse_own_rows(plan.batch.input.file.path, root)
    return old


def _begin(store: Store, plan: DatasetPlan, *, resume: bool, force: bool) -> dict[str, Receipt]:
    """Look at what is there, and say which shards of it may be kept."""
    root = plan.batch.root
    known: dict[str, Receipt] = {}
    old = _old_of(store, plan, resume=resume, force=force)
    if old is not None and force:
        remove_all(store, root, old)
    elif old is not None:
        known = known_shards(store, root)
    store.write(PLAN, json.dumps(plan.description).encode())
    return known


def _make(
    store: Store,
    plan: DatasetPlan,
    executor: Executor,
    known: dict[str, Receipt],
    progress: Callable[[Receipt], None] | None,
) -> list[Receipt]:
    receipts: list[Receipt] = []
    journal = Journal(store, RECEIPTS)
    try:
        with _kept_input(store, plan) as kept:
            unchanged = store.unchanged(
                {name: item.tag for name, item in known.items() if item.tag}
            )
            receipts += [replace(known[name], made=False) for name in unchanged]
            tasks = (task for task in kept.tasks(known) if task.shard.name not in unchanged)
            maker = ShardMaker.of(plan.job, plan.description["plugins"])
            for receipt in _answers(executor, tasks, maker):
                if receipt.made:
                    journal.append(receipt_to_json(receipt))
                receipts.append(receipt)
                if progress is not None:
                    progress(receipt)
        _check_whole(executor.name, receipts, len(plan.shards))
        _finish(store, plan, receipts)
    except BaseException as error:
        # A shard may have been finished whose receipt nobody has seen yet.
        if known or receipts or shards_there(store, plan.description):
            with suppress(OutputError):  # a shard whose receipt is lost is only drawn again
                journal.flush()
            if isinstance(error, MnistseqError):
                error.resumable = True
                error.add_note("Finished shards are kept; resume the data set to make the rest.")
        else:
            # Nothing is worth resuming, and what was asked for may not even be possible.
            with suppress(OutputError):
                remove_all(store, plan.batch.root, plan.description)
        raise
    return receipts


def _answers(executor: Executor, tasks: Iterable[Task], maker: ShardMaker) -> Iterator[Receipt]:
    """Yield the receipts of an executor; PluginError if it fails or yields anything else."""
    name = executor.name
    with component_errors("executor", name):
        receipts = executor.run(tasks, maker)
        if not isinstance(receipts, Generator):
            given = type(receipts).__name__
            raise PluginError(f"executor {name}: run must be a generator, but returned a {given}")
        with closing(receipts):
            for receipt in receipts:
                if not isinstance(receipt, Receipt):
                    given = type(receipt).__name__
                    raise PluginError(f"executor {name} yielded a {given}, which is not a receipt")
                yield receipt


def _check_whole(executor: str, receipts: list[Receipt], shards: int) -> None:
    """No manifest claims what an executor, whoever's it is, did not make."""
    if not len(receipts) == len({receipt.shard.name for receipt in receipts}) == shards:
        raise PluginError(
            f"executor {executor} yielded {len(receipts)} receipts for {shards} shards: some are "
            "missing or repeated"
        )


@contextmanager
def _kept_input(store: Store, plan: DatasetPlan) -> Iterator[DatasetPlan]:
    """The plan with its rows read from a copy beside what is made of them.

    So the set can be made again from itself, and who changes the file meanwhile
    changes nothing.
    """
    rows = plan.batch.input
    if not isinstance(rows, RowInput):
        yield plan
        return
    described: Json = plan.description["input"]
    name, expected = rows_name(rows.file.format), (described["bytes"], described["sha256"])
    if store.measure(name) != expected:
        with store.scratch() as folder:
            part = folder / "rows"
            try:
                shutil.copyfile(rows.file.path, part)
                found = fsync_and_hash(part)
            except OSError as error:
                raise cannot_write(plan.batch.root, name, error) from error
            if found != expected:
                raise OutputError(
                    f"{rows.file.display_name}: was changed while it was read; run again when it is whole"
                )
            store.put(part, name)
    with store.local(name) as path:
        kept = replace(rows, file=replace(rows.file, path=path))
        yield replace(plan, batch=replace(plan.batch, input=kept))


def _finish(store: Store, plan: DatasetPlan, receipts: list[Receipt]) -> None:
    """Write what belongs to the whole set, and last the manifest."""
    files: list[Json] = []
    described = plan.description["input"]
    if described["kind"] == "rows":
        name = rows_name(described["format"])
        files.append({"name": name, "bytes": described["bytes"], "sha256": described["sha256"]})
    in_order = sorted(receipts, key=lambda receipt: receipt.shard.first)
    with store.scratch() as folder:
        try:
            with component_errors("format", plan.batch.format.name, OSError):
                plan.batch.format.finish(
                    [receipt.shard.name for receipt in in_order], store.open, folder
                )
        except OSError as error:
            raise cannot_write(plan.batch.root, "", error) from error
        parts = files_in(folder)
        # Removing a data set that was interrupted here needs to know its other files.
        store.write(FILES, json.dumps([{"name": name} for name, _ in parts]).encode())
        for name, part in parts:
            size, digest = fsync_and_hash(part)
            store.put(part, name)
            files.append({"name": name, "bytes": size, "sha256": digest})
    store.write(MANIFEST, manifest_bytes({**plan.description, "files": files}, receipts))
