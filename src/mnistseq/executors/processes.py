"""Shards in processes of this machine.

Neither of the pools at hand confines the death of a worker: `ProcessPoolExecutor`
breaks as a whole, and so does Pebble's `ProcessPool`, whose workers share one pipe,
where a worker is killed while it uses the pipe. Here each worker has a pipe of its own.
"""

from __future__ import annotations

import pickle
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import wait
from time import monotonic
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from annotated_types import Ge

from mnistseq.core.protocols import Executor
from mnistseq.errors import ExecutorError
from mnistseq.executors.workers.process import call_all
from mnistseq.machine import available_cores

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
"""Tasks given to each process: enough that none waits, few enough to hold in memory."""

_MAX_DEATHS = 3
"""A task is given up when this many processes have died while working on it."""

_SECONDS_TO_END = 0.5

_TERMINAL_SIGNALS = {signal.SIGINT, *([signal.SIGHUP] if sys.platform != "win32" else [])}
"""Signals that a terminal sends to every process that it started."""


@dataclass(frozen=True)
class Processes(Executor):
    """Local processes, by default one for each core that this process may use."""

    name: ClassVar[str] = "processes"

    jobs: Annotated[int, Ge(1)] | None = field(
        default=None, metadata={"help": "number of processes; by default one per core"}
    )

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Give tasks to processes as these become free; yield receipts in order of completion.

        Processes are spawned, not forked, on every platform: what works here
        works on all of them, and no lock is ever copied in a locked state. If a
        process dies, another repeats what it was given; if three die at the same
        task, the run ends.
        """
        queue = _Queue(iter(tasks))
        workers: list[_Worker[Task, Receipt]] = [
            _Worker(function) for _ in range(self.jobs or available_cores())
        ]
        try:
            while _hand_out(queue, workers):
                wait([worker.connection for worker in workers if worker.running])
                # Finished work is yielded before any error is raised.
                for worker in workers:
                    yield from worker.receipts()
                for index, worker in enumerate(workers):
                    if worker.error is not None:
                        raise worker.error
                    if worker.death is not None:
                        queue.put_back(worker.running, worker.death)
                        _end([worker])
                        workers[index] = _Worker(function)
        finally:
            # After an error, or if the caller stops early, no process may continue unnoticed.
            _end(workers)


@dataclass(eq=False)
class _QueuedTask(Generic[Task]):
    """A task, and how many processes died while working on it."""

    task: Task
    deaths: int = 0


class _Queue(Generic[Task]):
    """Tasks that are not given to a process yet."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self._repeated: list[_QueuedTask[Task]] = []

    def next(self) -> _QueuedTask[Task] | None:
        """Return a task, first those to be repeated; None if there are no more."""
        if self._repeated:
            return self._repeated.pop(0)
        return next((_QueuedTask(task) for task in self._tasks), None)

    def put_back(self, given: list[_QueuedTask[Task]], cause: BaseException) -> None:
        """Take back the tasks of a dead process, which was working on the first of them.

        ExecutorError if that was the third death at this task.
        """
        self._repeated += given
        first = given[0]
        first.deaths += 1
        if first.deaths >= _MAX_DEATHS:
            raise ExecutorError(
                f"{_MAX_DEATHS} worker processes died at the same task ({first.task!r:.200}): killed, "
                "or out of memory. If memory was short, use fewer processes. A script must call "
                "this below if __name__ == '__main__', because each process imports it"
            ) from cause


class _Worker(Generic[Task, Receipt]):
    """One process, started with its first task, and the tasks it was given.

    Attributes
    ----------
    running : list
        Tasks without a receipt; the process works on the first.
    error : Exception or None
        What a task raised.
    death : Exception or None
        How the death of the process showed.
    """

    def __init__(self, function: Callable[[Task], Receipt]) -> None:
        context = get_context("spawn")
        self.connection, self._remote_end = context.Pipe()
        # A daemon ends with the interpreter, also if a caller never closes the generator.
        self._process = context.Process(
            target=call_all, args=(function, self._remote_end), daemon=True
        )
        self._started = False
        self.running: list[_QueuedTask[Task]] = []
        self.error: Exception | None = None
        self.death: Exception | None = None

    def give(self, queued: _QueuedTask[Task]) -> None:
        """Send a task to the process."""
        task = pickle.dumps(queued.task)
        if not self._started:
            with _signals_deferred():
                self._process.start()
                self._started = True
            # Without a copy of its end here, the death of the process closes the pipe.
            self._remote_end.close()
        self.running.append(queued)
        with suppress(OSError):  # it died while idle, which `receipts` finds out
            self.connection.send_bytes(task)

    def receipts(self) -> Iterator[Receipt]:
        """Yield the receipts that have arrived; keep an error, or the death of the process."""
        try:
            while self.running and self.connection.poll():
                receipt, error = pickle.loads(self.connection.recv_bytes())  # noqa: S301  # our own
                del self.running[0]
                if error is None:
                    yield receipt
                else:
                    self.error = self.error or error
        except (EOFError, OSError) as death:
            self.death = death

    def stop(self) -> None:
        """End the process: at once if it is working, because a shard half made is made again."""
        if not self._started:
            self._remote_end.close()
        elif self.running:
            self._process.kill()
        else:
            with suppress(OSError):
                self.connection.send_bytes(b"")

    def join(self, seconds: float) -> None:
        """Wait until the process has ended; kill it if it does not end by itself."""
        if self._started:
            self._process.join(seconds)
            self._process.kill()
            self._process.join(_SECONDS_TO_END)
        self.connection.close()


def _hand_out(queue: _Queue[Task], workers: list[_Worker[Task, Receipt]]) -> bool:
    """Give each worker as many tasks as it may have, in turn; return whether any has work."""
    for limit in range(1, _AHEAD + 1):
        for worker in workers:
            if len(worker.running) < limit and (queued := queue.next()) is not None:
                worker.give(queued)
    return any(worker.running for worker in workers)


def _end(workers: list[_Worker[Task, Receipt]]) -> None:
    """End processes, all at the same time, and wait until they are gone."""
    for worker in workers:
        worker.stop()
    end = monotonic() + _SECONDS_TO_END
    for worker in workers:
        worker.join(max(0.0, end - monotonic()))


@contextmanager
def _signals_deferred() -> Iterator[None]:
    """Handle signals only after a process has started, and start it with Ctrl-C blocked.

    A handler that raised during the start would leave a process that nothing
    ends. A terminal sends Ctrl-C and its own end to every process; only the first
    is to react.
    """
    received: list[int] = []
    handlers: dict[int, Any] = {}
    mask: Any = None
    if threading.current_thread() is threading.main_thread():
        # Handlers run only in the main thread. Blocking is not enough, because another thread,
        # such as a library's, would receive the signal, and the handler would run all the same.
        for number in (*_TERMINAL_SIGNALS, signal.SIGTERM):
            if callable(signal.getsignal(number)):
                handlers[number] = signal.signal(number, lambda one, _: received.append(one))
    if sys.platform != "win32":
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _TERMINAL_SIGNALS)
    try:
        yield
    finally:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for deferred, handler in handlers.items():
            signal.signal(deferred, handler)
        if received:
            signal.raise_signal(received[0])
