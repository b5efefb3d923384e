"""Run a plan: all stages from the plan of a data set to its manifest."""

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
        Shards made in this run, and samples in them; others already existed.
    skipped : int
        Number of skipped rows.
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
        """Summarise a run."""
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
        Contents of the plan's root, if already read.
    resume : bool
        Whether to keep intact shards of an existing data set, which may also grow.
    force : bool
        Whether to remove an existing data set first.
    progress : callable, optional
        Called with the receipt of each shard when it is finished.

    Raises
    ------
    DatasetExistsError
        If a data set exists and neither `resume` nor `force` is set, or it cannot be resumed.
    OutputError
        If something cannot be written. Finished shards are kept, so the run can be resumed.
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
