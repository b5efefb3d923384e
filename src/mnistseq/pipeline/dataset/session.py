"""The frame of a run: it alone writes to the store, and a run that fails can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from mnistseq.errors import MnistseqError, OutputError
from mnistseq.pipeline.dataset.existing import PLAN, ExistingDataset
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.protocol import WORK, Store


@contextmanager
def begin(
    existing: ExistingDataset, plan: DatasetPlan, *, force: bool
) -> Iterator[tuple[Store, DatasetPlan, Mapping[str, Receipt]]]:
    """Hold the store for a run, and record its plan.

    When the run fails, finished shards are kept; if there are none, no trace is left.

    Parameters
    ----------
    existing : ExistingDataset
        The data set to resume or to remove, if there is one.
    force : bool
        Remove the existing data set.

    Yields
    ------
    (Store, DatasetPlan, mapping of str to Receipt)
        The store, the plan with the versions that were recorded when the data set was begun, and
        the receipts of the shards that were finished before.
    """
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
        begun = ExistingDataset(existing.root, store, plan.record, known)
        try:
            yield store, plan, known
        except BaseException as error:
            if not _has_shards(begun):
                with suppress(OutputError):
                    begun.remove_all()
            elif isinstance(error, MnistseqError):
                error.resumable = True
                error.add_note("Finished shards are kept; resume the data set to make the rest.")
            raise
        with suppress(OutputError):  # the data set is finished, and what is left does no harm
            store.remove(WORK)


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


def _has_shards(begun: ExistingDataset) -> bool:
    """Return whether there are shards to keep; if the store cannot be read, there may be."""
    try:
        # A shard may have been finished whose receipt has not arrived.
        return bool(begun.receipts or begun.shard_names())
    except OutputError:
        return True
