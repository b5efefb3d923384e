"""Shards in processes of this machine."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from annotated_types import Ge

from mnistseq.core.protocols import Executor
from mnistseq.errors import ExecutorError

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
"""Tasks handed out for each process: enough that none waits, few enough to hold in memory."""

_TRIES = 3

_SECONDS_TO_DIE = 0.5

_FROM_TERMINALS = {signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)}
"""Windows has no SIGHUP."""


@dataclass(frozen=True)
class Processes(Executor):
    """Local processes, by default one for each core that this process may use."""

    name: ClassVar[str] = "processes"

    jobs: Annotated[int, Ge(1)] | None = field(
        default=None, metadata={"help": "how many processes; by default one a core"}
    )

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Iterator[Receipt]:
        """Hand out tasks as processes come free; receipts come in the order of completion.

        Processes are spawned, not forked, on every platform: what works here
        works on all of them, and no lock is ever copied in a locked state. Where
        one dies, another takes its place and does again what was under way
        there; a task that three of them died at ends the run.
        """
        work = _Work(iter(tasks))
        call = _Portable(function)
        crew = [_Worker(call) for _ in range(self.jobs or available_cores())]
        try:
            while _hand_out(work, crew):
                wait([one for worker in crew for one in worker.running], None, FIRST_COMPLETED)
                # What came is yielded before any error.
                for worker in crew:
                    yield from worker.receipts()
                for place, worker in enumerate(crew):
                    if isinstance(worker.error, BrokenProcessPool):
                        work.put_back(list(worker.running.values()), worker.error)
                        _dismiss([worker])
                        crew[place] = _Worker(call)
                    elif worker.error is not None:
                        raise worker.error
        finally:
            # Whoever stops asking, or an error: nothing shall go on behind their back.
            _dismiss(crew)


@dataclass(frozen=True)
class _Portable(Generic[Task, Receipt]):
    """A function whose errors reach the other process, whatever they are.

    An error that cannot be made again from its pickle, such as one whose
    constructor wants two arguments, would look like the death of a process.
    """

    function: Callable[[Task], Receipt]

    def __call__(self, task: Task) -> Receipt:
        try:
            return self.function(task)
        except Exception as error:
            try:
                pickle.loads(pickle.dumps(error))  # noqa: S301  # made here
            except Exception:  # noqa: BLE001  # a constructor may raise anything
                raise ExecutorError(f"{type(error).__name__} at {task}: {error}") from error
            raise


@dataclass(eq=False)
class _Try(Generic[Task]):
    """A task, and how often a process died while it was under way."""

    task: Task
    deaths: int = 0


class _Work(Generic[Task]):
    """Tasks that are not handed out yet."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self._again: list[_Try[Task]] = []

    def next(self) -> _Try[Task] | None:
        """One of them, those to be tried again first; None where there are no more."""
        if self._again:
            return self._again.pop(0)
        return next((_Try(task) for task in self._tasks), None)

    def put_back(self, tries: list[_Try[Task]], cause: BaseException) -> None:
        """Take back what a dead process had, the first of it under way; ExecutorError at the third.

        What only waited behind it is not to blame.
        """
        self._again += tries
        for one in tries[:1]:
            one.deaths += 1
            if one.deaths >= _TRIES:
                raise ExecutorError(
                    f"worker processes died {_TRIES} times at the same work ({one.task}), killed or "
                    "out of memory. What is finished is kept: run again with --resume, with fewer "
                    "--jobs if memory was short. A script of your own must call this below "
                    "if __name__ == '__main__', for each process imports it"
                ) from cause


class _Worker(Generic[Task, Receipt]):
    """One process, and what it has to do, in its order.

    A pool of its own: one pool of several processes dies as a whole, and would
    not say at which of their tasks.
    """

    def __init__(self, function: Callable[[Task], Receipt]) -> None:
        self._function = function
        with _signals_held():  # the first one begins the process that keeps track of semaphores
            self._pool = ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=_begin_to_work
            )
        self.running: dict[Future[Receipt], _Try[Task]] = {}
        self.process: BaseProcess | None = None
        self.threads: set[threading.Thread] = set()
        self.error: BaseException | None = None

    def take(self, one: _Try[Task]) -> None:
        """Have the process do a task after those that it has; the first begins it."""
        if self.process is None:
            others, threads = set(active_children()), set(threading.enumerate())
        try:
            with _signals_held():
                self.running[self._pool.submit(self._function, one.task)] = one
        except BrokenProcessPool as error:
            # It died while it had nothing to do: heard of like the death of one that had.
            unheard: Future[Receipt] = Future()
            unheard.set_exception(error)
            self.running[unheard] = one
        if self.process is None:
            self.process = next(iter(set(active_children()) - others), None)
            self.threads = set(threading.enumerate()) - threads

    def receipts(self) -> Iterator[Receipt]:
        """Yield those that came; note the error of a task, or that the process died."""
        for future in [one for one in self.running if one.done()]:
            error = future.exception()
            if not isinstance(error, BrokenProcessPool):
                del self.running[future]
            if error is None:
                yield future.result()
            else:
                self.error = self.error or error

    def stop(self) -> None:
        """End the process, whatever it is doing: a shard half made is made again."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self.running and self.process is not None:
            with suppress(OSError):
                self.process.kill()


def _hand_out(work: _Work[Task], crew: list[_Worker[Task, Receipt]]) -> bool:
    """Give each as much as there is room for, one after the other; False where all is done."""
    for room in range(1, _AHEAD + 1):
        for worker in crew:
            if len(worker.running) < room and (one := work.next()) is not None:
                worker.take(one)
    return any(worker.running for worker in crew)


def _dismiss(crew: list[_Worker[Task, Receipt]]) -> None:
    """End processes, all at once, and wait until they are gone."""
    for worker in crew:
        worker.stop()
    end = monotonic() + _SECONDS_TO_DIE
    for worker in crew:
        if worker.process is not None:
            worker.process.join(max(0.0, end - monotonic()))
        # The pool's own, which Python at its end would wake by a pipe that they may just be closing.
        for thread in worker.threads:
            thread.join(max(0.0, end - monotonic()))


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let no signal break off the start of a process; what comes meanwhile is heard afterwards.

    A process that was begun by halves would be known to nobody. And those that
    begin are deaf to Ctrl-C from their first moment, and to the end of a terminal:
    both go to every process of it, and who gave the work decides what they mean.
    """
    came: list[int] = []
    before: dict[signal.Signals, Any] = {}
    mask: Any = None
    if threading.current_thread() is threading.main_thread():
        # Only there are handlers called. To block a signal would not do, for another thread of
        # this process, such as a library's, would take it, and the handler be called all the same.
        for number in (*_FROM_TERMINALS, signal.SIGTERM):
            if callable(signal.getsignal(number)):
                before[number] = signal.signal(number, lambda one, _: came.append(one))
    if hasattr(signal, "pthread_sigmask"):
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _FROM_TERMINALS)
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def _begin_to_work() -> None:
    """What a process does before its first task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that gave the work is gone, killed perhaps: no one would stop this one."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
