"""The session of a run: it locks the store, and lets a failed run be resumed."""

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
    """Lock the store for a run, and record its plan.

    If the run fails, finished shards are kept; if there are none, everything is removed.

    Parameters
    ----------
    existing : ExistingDataset
        The data set to resume or to remove, if any.
    force : bool
        Whether to remove the existing data set.

    Yields
    ------
    (Store, DatasetPlan, mapping of str to Receipt)
        The store, the plan with the library versions recorded by the first run, and the receipts
        of shards finished earlier.
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
        with suppress(OutputError):  # the data set is finished; leftovers do no harm
            store.remove(WORK)


@contextmanager
def _system_errors(store: Store) -> Iterator[None]:
    """Report errors of the operating system with the path."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{error.filename or store.display_name}: {error.strerror or error}; check the "
            "permissions"
        ) from error


def _has_shards(begun: ExistingDataset) -> bool:
    """Return whether there are shards to keep; assume so if the store cannot be read."""
    try:
        # A shard may be finished although its receipt has not arrived.
        return bool(begun.receipts or begun.shard_names())
    except OutputError:
        return True
