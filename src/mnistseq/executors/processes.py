"""Make shards in local processes.

No existing pool survives the death of a worker: `ProcessPoolExecutor` breaks as a whole, and so
does Pebble's `ProcessPool` if a worker is killed while it uses the pipe that all workers share.
Here each worker has its own pipe.
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
"""Tasks per process: enough to keep it busy, few enough to hold in memory."""

_MAX_DEATHS = 3
"""A task is abandoned when this many processes have died while working on it."""

_SECONDS_TO_END = 0.5

_TERMINAL_SIGNALS = {signal.SIGINT, *([signal.SIGHUP] if sys.platform != "win32" else [])}
"""Signals that a terminal sends to all of its processes."""


@dataclass(frozen=True)
class Processes(Executor):
    """Local processes, by default one for each core that this process may use."""

    name: ClassVar[str] = "processes"

    jobs: Annotated[int, Ge(1)] | None = field(
        default=None, metadata={"help": "number of processes; by default one per core"}
    )

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Give tasks to free processes, and yield receipts in order of completion.

        Processes are spawned, not forked, on all platforms, so that behaviour is the same
        everywhere and no lock is copied while locked. If a process dies, another repeats its
        tasks; if three die at the same task, the run ends.
        """
        queue = _Queue(iter(tasks))
        workers: list[_Worker[Task, Receipt]] = [
            _Worker(function) for _ in range(self.jobs or available_cores())
        ]
        try:
            while _hand_out(queue, workers):
                wait([worker.connection for worker in workers if worker.running])
                # Yield finished work before raising any error.
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
            # After an error, or if the caller stops early, no process must continue.
            _end(workers)


@dataclass(eq=False)
class _QueuedTask(Generic[Task]):
    """A task, and the number of processes that died while working on it."""

    task: Task
    deaths: int = 0


class _Queue(Generic[Task]):
    """Tasks that have not been given to a process yet."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self._repeated: list[_QueuedTask[Task]] = []

    def next(self) -> _QueuedTask[Task] | None:
        """Return the next task, starting with those to repeat; None if there are no more."""
        if self._repeated:
            return self._repeated.pop(0)
        return next((_QueuedTask(task) for task in self._tasks), None)

    def put_back(self, given: list[_QueuedTask[Task]], cause: BaseException) -> None:
        """Take back the tasks of a dead process, which was working on the first one.

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
    """A process, started with its first task, and the tasks given to it.

    Attributes
    ----------
    running : list
        Tasks without a receipt; the process is working on the first.
    error : Exception or None
        The error of a task.
    death : Exception or None
        The error that revealed the death of the process.
    """

    def __init__(self, function: Callable[[Task], Receipt]) -> None:
        context = get_context("spawn")
        self.connection, self._remote_end = context.Pipe()
        # A daemon ends with the interpreter even if the caller never closes the generator.
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
            # If we kept its end open, the death of the process would not close the pipe.
            self._remote_end.close()
        self.running.append(queued)
        with suppress(OSError):  # it died while idle; `receipts` will notice
            self.connection.send_bytes(task)

    def receipts(self) -> Iterator[Receipt]:
        """Yield the receipts that have arrived; record an error or the death of the process."""
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
        """End the process, immediately if it is working, because its shard will be made again."""
        if not self._started:
            self._remote_end.close()
        elif self.running:
            self._process.kill()
        else:
            with suppress(OSError):
                self.connection.send_bytes(b"")

    def join(self, seconds: float) -> None:
        """Wait for the process to end; kill it if it does not."""
        if self._started:
            self._process.join(seconds)
            self._process.kill()
            self._process.join(_SECONDS_TO_END)
        self.connection.close()


def _hand_out(queue: _Queue[Task], workers: list[_Worker[Task, Receipt]]) -> bool:
    """Fill up the tasks of each worker in turn; return whether any worker has work."""
    for limit in range(1, _AHEAD + 1):
        for worker in workers:
            if len(worker.running) < limit and (queued := queue.next()) is not None:
                worker.give(queued)
    return any(worker.running for worker in workers)


def _end(workers: list[_Worker[Task, Receipt]]) -> None:
    """End all processes at the same time, and wait for them."""
    for worker in workers:
        worker.stop()
    end = monotonic() + _SECONDS_TO_END
    for worker in workers:
        worker.join(max(0.0, end - monotonic()))


@contextmanager
def _signals_deferred() -> Iterator[None]:
    """Defer signals until a process has started, and start it with Ctrl-C blocked.

    A handler that raised during the start would leave an orphan process. A terminal sends
    Ctrl-C and hangups to all processes, but only the first should react.
    """
    received: list[int] = []
    handlers: dict[int, Any] = {}
    mask: Any = None
    if threading.current_thread() is threading.main_thread():
        # Handlers run only in the main thread. Blocking is not enough: another thread would receive
        # the signal, and the handler would run anyway.
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
