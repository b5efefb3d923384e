"""Make the shards of a data set, and record each one when it is finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from mnistseq.core.protocols import Executor
from mnistseq.errors import OutputError, PluginError
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.existing import RECEIPTS
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.execution import run_tasks
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.shards.worker import ShardFunction, make_shard
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.protocol import Store


def make_shards(
    store: Store,
    plan: DatasetPlan,
    executor: Executor,
    known: Mapping[str, Receipt],
    progress: Callable[[Receipt], None] | None,
) -> list[Receipt]:
    """Let an executor make all shards, and return their receipts.

    Parameters
    ----------
    known : mapping of str to Receipt
        Shards finished earlier, which are kept if they are intact.
    progress : callable or None
        Called with each receipt.

    Raises
    ------
    PluginError
        If the executor does not return a receipt for each shard.
    """
    unchanged = store.unchanged({name: item.tag for name, item in known.items() if item.tag})
    receipts = [replace(known[name], made=False) for name in unchanged]
    tasks = (task for task in plan.tasks(known) if task.shard.name not in unchanged)
    maker = ShardFunction.of(make_shard, plan.spec, plan.record.plugins)
    journal = Journal(store, RECEIPTS)
    try:
        for receipt in run_tasks(executor, tasks, maker, Receipt):
            if receipt.made:
                journal.append(receipt.to_json())
            receipts.append(receipt)
            if progress is not None:
                progress(receipt)
    except BaseException:
        with suppress(OutputError):  # without its receipt, the shard is simply made again
            journal.flush()
        raise
    _check_complete(executor.name, receipts, len(plan.layout))
    return receipts


def _check_complete(executor: str, receipts: list[Receipt], shards: int) -> None:
    """Raise PluginError if an executor yielded too few or too many receipts."""
    if not len(receipts) == len({receipt.name for receipt in receipts}) == shards:
        raise PluginError(
            f"executor {executor} yielded {plural(len(receipts), 'receipt')} for "
            f"{plural(shards, 'shard')}: some are missing or repeated"
        )
