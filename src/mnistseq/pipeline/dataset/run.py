"""Make a data set: the stages from its plan to its manifest."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Executor
from mnistseq.errors import MnistseqError, OutputError, PluginError
from mnistseq.pipeline.dataset.existing import (
    PLAN,
    RECEIPTS,
    ExistingDataset,
    write_unfinished_files,
)
from mnistseq.pipeline.dataset.kept_input import keep_input
from mnistseq.pipeline.dataset.manifest import FileRecord, Manifest, RowsRecord, manifest_bytes
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.execution import run_tasks
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.shards.worker import ShardMaker
from mnistseq.pipeline.store.durability import files_in, fsync_and_hash
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.protocol import MANIFEST, WORK, Store
from mnistseq.pipeline.store.write_errors import cannot_write


@dataclass(frozen=True)
class Summary:
    """The result of a run.

    Attributes
    ----------
    root : str
    samples, shards, bytes : int
        Totals of the data set.
    made, made_samples : int
        Shards that this run made, and the samples in them; the others existed.
    skipped : int
        Rows that were skipped.
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
        """Count what was made."""
        made = [receipt for receipt in receipts if receipt.made]
        return cls(
            root=plan.request.root,
            samples=plan.layout.samples,
            shards=len(receipts),
            bytes=sum(receipt.bytes for receipt in receipts),
            made=len(made),
            made_samples=sum(receipt.samples for receipt in made),
            skipped=plan.record.skipped.rows,
            seconds=seconds,
        )


def run_dataset(
    plan: DatasetPlan,
    executor: Executor,
    existing: ExistingDataset | None = None,
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
    existing : ExistingDataset, optional
        What the plan's root contains, if that was read before.
    resume : bool
        Keep the shards of an existing data set that are whole. A data set of random sequences
        may also grow.
    force : bool
        Remove an existing data set first.
    progress : callable, optional
        Called with the receipt of every shard when it is finished.

    Raises
    ------
    DatasetExistsError
        If a data set exists, and is neither to be resumed nor to be removed, or cannot be resumed.
    OutputError
        If something cannot be written. Finished shards are kept, and the run can be resumed.
    """
    began = time.monotonic()
    existing = existing or ExistingDataset.read(plan.request.root)
    existing.require(plan, resume=resume, force=force)
    store = existing.store
    with _system_errors(store), store.session():
        existing.check_unchanged()
        if force:
            existing.remove_all()
        known = {} if force else existing.kept(plan.layout)
        if known and existing.plan is not None:
            plan = plan.with_versions(existing.plan.format.versions)
        store.write(PLAN, json.dumps(plan.record.to_json()).encode())
        if not force:
            existing.reopen(plan.record)
        with _resumable(ExistingDataset(existing.root, store, plan.record, known)):
            with keep_input(store, plan) as kept:
                receipts = _make_shards(store, kept, executor, known, progress)
            files = _finish(store, plan, receipts)
            store.write(MANIFEST, manifest_bytes(Manifest.of(plan.record, files, receipts)))
        with suppress(OutputError):  # the data set is finished, and what is left does no harm
            store.remove(WORK)
    return Summary.of(plan, receipts, time.monotonic() - began)


@contextmanager
def _system_errors(store: Store) -> Iterator[None]:
    """Report what the system refuses, such as reading a folder, with the path."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{error.filename or store.display_name}: {error.strerror or error}; check the "
            "permissions"
        ) from error


@contextmanager
def _resumable(begun: ExistingDataset) -> Iterator[None]:
    """When a run fails, keep what can be resumed; if there is nothing, leave no trace."""
    try:
        yield
    except BaseException as error:
        if not _has_shards(begun):
            with suppress(OutputError):
                begun.remove_all()
        elif isinstance(error, MnistseqError):
            error.resumable = True
            error.add_note("Finished shards are kept; resume the data set to make the rest.")
        raise


def _has_shards(begun: ExistingDataset) -> bool:
    """Return whether there are shards to keep; if the store cannot be read, there may be."""
    try:
        # A shard may have been finished whose receipt has not arrived.
        return bool(begun.receipts or begun.shard_names())
    except OutputError:
        return True


def _make_shards(
    store: Store,
    plan: DatasetPlan,
    executor: Executor,
    known: Mapping[str, Receipt],
    progress: Callable[[Receipt], None] | None,
) -> list[Receipt]:
    """Have an executor make all shards, and record each one in the journal."""
    unchanged = store.unchanged({name: item.tag for name, item in known.items() if item.tag})
    receipts = [replace(known[name], made=False) for name in unchanged]
    tasks = (task for task in plan.tasks(known) if task.shard.name not in unchanged)
    maker = ShardMaker.of(plan.spec, plan.record.plugins)
    journal = Journal(store, RECEIPTS)
    try:
        for receipt in run_tasks(executor, tasks, maker, Receipt):
            if receipt.made:
                journal.append(receipt.to_json())
            receipts.append(receipt)
            if progress is not None:
                progress(receipt)
    except BaseException:
        with suppress(OutputError):  # a shard whose receipt is lost is only made again
            journal.flush()
        raise
    _check_complete(executor.name, receipts, len(plan.layout))
    return receipts


def _check_complete(executor: str, receipts: list[Receipt], shards: int) -> None:
    """Raise PluginError if an executor yielded too few or too many receipts."""
    if not len(receipts) == len({receipt.name for receipt in receipts}) == shards:
        raise PluginError(
            f"executor {executor} yielded {len(receipts)} receipts for {shards} shards: some are "
            "missing or repeated"
        )


def _finish(store: Store, plan: DatasetPlan, receipts: list[Receipt]) -> list[FileRecord]:
    """Write the files of the whole data set; return the records of all that are not shards."""
    rows, dataset_format = plan.record.input, plan.request.format
    files = []
    if isinstance(rows, RowsRecord):
        files.append(FileRecord(rows.name, rows.bytes, rows.sha256))
    names = [receipt.name for receipt in sorted(receipts, key=lambda receipt: receipt.first)]
    with store.scratch() as folder:
        try:
            with component_errors("format", dataset_format.name, OSError):
                dataset_format.finish(names, store.open, folder)
        except OSError as error:
            raise cannot_write(store.display_name, "", error) from error
        parts = files_in(folder)
        # If the run is interrupted from here on, these files belong to the data set, too.
        write_unfinished_files(store, (name for name, _ in parts))
        for name, part in parts:
            size, digest = fsync_and_hash(part)
            store.put(part, name)
            files.append(FileRecord(name, size, digest))
    return files
