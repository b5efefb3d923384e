"""Make a data set: the stages from its plan to its manifest."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from mnistseq.core.protocols import Executor
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.finish import finish_dataset
from mnistseq.pipeline.dataset.kept_input import keep_input
from mnistseq.pipeline.dataset.make_shards import make_shards
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.session import begin
from mnistseq.pipeline.shards.spec import Receipt


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
    existing : ExistingDataset, optional
        What the plan's root contains, if that was read before.
    resume : bool
        Keep the shards of an existing data set that are whole. The data set may also grow.
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
    started = time.monotonic()
    if existing is None:
        existing = ExistingDataset.read(plan.request.root)
    existing.require(plan, resume=resume, force=force)
    edited = frozenset() if force else existing.edited()
    with begin(existing, plan, force=force) as (store, begun_plan, known):
        with keep_input(store, begun_plan) as kept_plan:
            receipts = make_shards(store, kept_plan, executor, known, progress)
        finish_dataset(store, begun_plan, receipts, edited)
    return Summary.of(plan, receipts, time.monotonic() - started)
