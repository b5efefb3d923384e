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
from itertools import islice
from multiprocessing import active_children, get_context, parent_process
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from annotated_types import Ge

from mnistseq.errors import ExecutorError

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
"""Tasks handed out for each process: enough that none waits, few enough to hold in memory."""

_TRIES = 3

_SECONDS_TO_DIE = 0.5


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
        works on all of them, and no lock is ever copied in a locked state. When
        one dies, what was under way is handed out again to new ones; a task
        that was under way at three deaths ends the run.
        """
        work = _Work(iter(tasks))
        call = _Portable(function)
        crew = _Crew(self.jobs or available_cores(), call)
        try:
            while crew.take(work):
                try:
                    yield from crew.receipts()
                except BrokenProcessPool as error:
                    work.put_back(crew.unfinished(), error)
                    crew.dismiss()
                    crew = _Crew(crew.jobs, call)
        finally:
            # Whoever stops asking, or an error: nothing shall go on behind their back.
            crew.dismiss()


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

    def next(self, count: int) -> list[_Try[Task]]:
        """Up to `count` of them, those to be tried again first."""
        some, self._again = self._again[:count], self._again[count:]
        return some + [_Try(task) for task in islice(self._tasks, count - len(some))]

    def put_back(self, tries: list[_Try[Task]], cause: BaseException) -> None:
        """Take back what was under way when a process died; ExecutorError at the third time."""
        for one in tries:
            one.deaths += 1
            if one.deaths >= _TRIES:
                raise ExecutorError(
                    f"worker processes died {_TRIES} times at the same work ({one.task}), killed or "
                    "out of memory. What is finished is kept: run again with --resume, with fewer "
                    "--jobs if memory was short. A script of your own must call this below "
                    "if __name__ == '__main__', for each process imports it"
                ) from cause
        self._again += tries


class _Crew(Generic[Task, Receipt]):
    """Some processes, and what they have under way."""

    def __init__(self, jobs: int, function: Callable[[Task], Receipt]) -> None:
        self.jobs = jobs
        self._function = function
        self._others = set(active_children())
        self._pool = ProcessPoolExecutor(
            jobs, mp_context=get_context("spawn"), initializer=_begin_to_work
        )
        self._running: dict[Future[Receipt], _Try[Task]] = {}
        self._failed: list[_Try[Task]] = []

    def take(self, work: _Work[Task]) -> bool:
        """Hand out as much as there is room for; False where nothing is left to do."""
        for one in work.next(_AHEAD * self.jobs - len(self._running)):
            try:
                with _signals_held():
                    self._running[self._pool.submit(self._function, one.task)] = one
            except BrokenProcessPool:
                self._failed.append(one)
        return bool(self._running or self._failed)

    def receipts(self) -> Iterator[Receipt]:
        """Wait for some, and yield those that came, before any error.

        Raises
        ------
        BrokenProcessPool
            If a process died.
        """
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        errors: list[BaseException] = []
        for future in done:
            one = self._running.pop(future)
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, BrokenProcessPool):
                self._failed.append(one)
            else:
                errors.append(error)
        if errors:
            raise errors[0]
        if self._failed:
            raise BrokenProcessPool("a process died")

    def unfinished(self) -> list[_Try[Task]]:
        """What was handed out and did not come back."""
        return [*self._failed, *self._running.values()]

    def dismiss(self) -> None:
        """End the processes, whatever they are doing: a shard half made is made again."""
        mine = set(active_children()) - self._others
        self._pool.shutdown(wait=not self._running, cancel_futures=True)
        for process in mine if self._running else ():
            with suppress(OSError):
                process.kill()
                process.join(_SECONDS_TO_DIE)


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let no signal break off the start of a process; what comes meanwhile is heard afterwards.

    A process that was begun by halves would be known to nobody. And those that
    begin are deaf to Ctrl-C from their first moment: it goes to every process
    of a terminal, and who gave the work decides what it means.
    """
    came: list[int] = []
    before: dict[signal.Signals, Any] = {}
    mask: Any = None
    if threading.current_thread() is threading.main_thread():
        # Only there are handlers called. To block a signal would not do, for another thread of
        # this process, such as a library's, would take it, and the handler be called all the same.
        for number in (signal.SIGINT, signal.SIGTERM):
            if callable(signal.getsignal(number)):
                before[number] = signal.signal(number, lambda one, _: came.append(one))
    if hasattr(signal, "pthread_sigmask"):
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
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
