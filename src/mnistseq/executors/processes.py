"""Shards in processes of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Annotated, ClassVar, TypeVar

from annotated_types import Ge

from mnistseq.errors import ExecutorError

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
"""Tasks handed out for each process: enough that none waits, few enough to hold in memory."""


@dataclass(frozen=True)
class Processes:
    """Local processes, by default one for each core that this process may use."""

    name: ClassVar[str] = "processes"

    jobs: Annotated[int, Ge(1)] | None = field(
        default=None, metadata={"help": "how many processes; by default one a core"}
    )

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Iterator[Receipt]:
        """Hand out tasks as processes come free; receipts come in the order of completion.

        Processes are spawned, not forked, on every platform: what works here
        works on all of them, and no lock is ever copied in a locked state.
        """
        jobs = self.jobs or available_cores()
        waiting = iter(tasks)
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            running: set[Future[Receipt]] = set()
            try:
                while True:
                    free = _AHEAD * jobs - len(running)
                    running |= {pool.submit(function, task) for task in islice(waiting, free)}
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            except BrokenProcessPool as error:
                raise ExecutorError(
                    "a worker process died, killed or out of memory; what is finished is kept: "
                    "run again with --resume, with fewer --jobs if memory was short"
                ) from error
            finally:
                # Whoever stops asking, or an error: what has not begun shall not begin.
                pool.shutdown(wait=False, cancel_futures=True)


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
