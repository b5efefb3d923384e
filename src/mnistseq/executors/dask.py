"""Shards on a Dask cluster: one that runs somewhere, or one of this machine."""

from __future__ import annotations

import logging
import secrets
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, islice
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar, cast

from annotated_types import Ge

from mnistseq.core.protocols import Executor
from mnistseq.errors import ArgumentError, ExecutorError, MnistseqError
from mnistseq.executors.processes import available_cores
from mnistseq.executors.workers.serialisation import Refused, call

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
"""Tasks handed out for each thread: enough that none waits, few enough to hold in memory."""

_SECONDS_BETWEEN_COUNTS = 5.0
_SECONDS_TO_CLOSE = 5.0
_SECONDS_TO_CONNECT = 5.0

_GIVE = "give the scheduler's, as in tcp://scheduler:8786"
_RESUME = "what is finished is kept, and --resume goes on from it"


@dataclass(frozen=True)
class Dask(Executor):
    """Workers of a Dask cluster; without an address, local processes of its own."""

    name: ClassVar[str] = "dask"

    address: str | None = field(
        default=None, metadata={"help": "the scheduler's, as in tcp://scheduler:8786"}
    )
    workers: Annotated[int, Ge(1)] | None = field(
        default=None, metadata={"help": "processes, without an address; by default one a core"}
    )
    deaths: Annotated[int, Ge(1)] = field(
        default=20, metadata={"help": "how many workers may die at one shard before it is given up"}
    )
    patience: Annotated[float, Ge(0)] = field(
        default=120.0, metadata={"help": "seconds to wait for the scheduler and the first worker"}
    )

    def __post_init__(self) -> None:
        if self.address == "":
            # A variable that is not set, most likely: no reason to start a cluster here.
            raise ArgumentError(f"address is empty; {_GIVE}, or leave it out")

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Iterator[Receipt]:
        """Hand out tasks as workers come free; receipts come in the order of completion.

        Only a window of tasks, two for each thread there is, is ever known to
        the scheduler. It hands out again what a dead worker had; that is safe,
        for a task is pure.

        Raises
        ------
        ExecutorError
            If Dask is not installed, or the cluster cannot be reached, is lost
            or stays without workers.
        ArgumentError
            If the address is none.
        """
        with self._client() as client:
            window = _Window(client, function, self.patience)
            try:
                yield from window.receipts(iter(tasks))
            finally:
                # Whoever stops asking, or an error: nothing shall go on behind their back.
                window.cancel()

    @contextmanager
    def _client(self) -> Iterator[Client]:
        with ExitStack() as stack:
            stack.enter_context(_without_tracebacks())
            with _blaming(self.address or "a cluster of this machine"):
                address: Any = self.address or stack.enter_context(_local_cluster(self.workers))
                client = _connect(address, self.patience)
                stack.callback(_close, client)
                client.run_on_scheduler(_bear_deaths, deaths=self.deaths)
                _wait_for_workers(client, self.patience)
            yield client


class _Window(Generic[Task, Receipt]):
    """The few tasks that the scheduler knows of.

    Tasks and function travel as bytes, so that only workers unpickle them, and
    the function once each.
    """

    def __init__(
        self, client: Client, function: Callable[[Task], Receipt], patience: float
    ) -> None:
        self._client = client
        self._where = client.scheduler.address
        self._function = _pickled(function)
        self._patience = patience
        self._done: SimpleQueue[Future] = SimpleQueue()
        self._running: set[Future] = set()
        self._run = secrets.token_hex(4)
        self._numbers = count()
        self._room = 1
        self._counted = self._peopled = monotonic() - _SECONDS_BETWEEN_COUNTS

    def receipts(self, tasks: Iterator[Task]) -> Iterator[Receipt]:
        """Keep the window full, and yield what comes back."""
        while True:
            with _blaming(self._where):
                self._count_workers()
                self._submit(list(islice(tasks, max(0, self._room - len(self._running)))))
            if not self._running:
                return
            done = self._finished()
            good = [future for future in done if future.status == "finished"]
            with _blaming(self._where):
                receipts = self._client.gather(good)
            self._running.difference_update(done)
            refused = [each.error for each in receipts if isinstance(each, Refused)]
            yield from (each for each in receipts if not isinstance(each, Refused))
            for error in refused:
                raise error
            for future in done:
                if future.status != "finished":
                    self._complain(future)

    def cancel(self) -> None:
        """Have the scheduler forget what was not begun; what a worker is at, it ends."""
        if self._running and self._client.status == "running":
            with suppress(Exception):
                self._client.cancel(list(self._running), force=True)

    def _submit(self, tasks: list[Task]) -> None:
        if tasks:
            # pure=False and keys of their own: a shard of another run has the same arguments.
            futures = self._client.map(
                call,
                [_pickled(task) for task in tasks],
                function=self._function,
                key=[f"mnistseq-{self._run}-{next(self._numbers)}" for _ in tasks],
                pure=False,
            )
            self._running.update(futures)
            for future in futures:
                future.add_done_callback(self._done.put)

    def _finished(self) -> list[Future]:
        """What is done; empty where nothing was for a while."""
        done = []
        with suppress(Empty):
            done.append(self._done.get(timeout=_SECONDS_BETWEEN_COUNTS))
            while True:
                done.append(self._done.get_nowait())
        return done

    def _count_workers(self) -> None:
        """Workers come and go: as many, so many tasks."""
        now = monotonic()
        if now - self._counted < _SECONDS_BETWEEN_COUNTS:
            return
        self._counted = now
        threads = sum(self._client.nthreads().values())
        if threads:
            self._peopled = now
            self._room = _AHEAD * threads
        elif now - self._peopled > self._patience:
            raise ExecutorError(
                f"dask {self._where}: has had no workers for {self._patience:g} s; {_RESUME}"
            )

    def _complain(self, future: Future) -> None:
        """Raise what a task raised, as it is; what befell it, in words."""
        with _blaming(self._where):
            error = future.exception()
        if type(error).__name__ == "KilledWorker":
            raise ExecutorError(
                f"dask {self._where}: too many workers died at the same shard, killed or out of "
                f"memory; {_RESUME}, with more memory or --executor-option deaths=N"
            ) from error
        raise error


def _pickled(thing: object) -> bytes:
    import cloudpickle  # comes with Dask; knows what is defined in a notebook

    return cast("bytes", cloudpickle.dumps(thing))


def _local_cluster(workers: int | None) -> LocalCluster:
    from distributed import LocalCluster

    # On loopback: nobody shall find a cluster that nobody asked for. Without an address for it,
    # the page with its state would be served to all, at a port that may be taken.
    return LocalCluster(
        n_workers=workers or available_cores(),
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        preload="mnistseq.executors.workers.dask_worker",
    )


def _connect(address: Any, patience: float) -> Client:
    """Join a cluster, which may be just starting.

    A client tries as long to come back to a scheduler that is lost as it tried
    at first: that is to be short, so being patient is done here.
    """
    from distributed import Client

    end = monotonic() + patience
    while True:
        try:
            return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except ValueError as error:
            raise ArgumentError(f"dask: {address!r} is no address: {error}; {_GIVE}") from error
        except OSError:
            if monotonic() >= end:
                raise


def _wait_for_workers(client: Client, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=max(patience, 1.0))
    except TimeoutError as error:
        raise ExecutorError(
            f"dask {client.scheduler.address}: no worker came within {patience:g} s; start some, "
            "with mnistseq installed"
        ) from error


def _close(client: Client) -> None:
    """Close the client; where the scheduler is gone, there is nothing to wait for."""
    with suppress(Exception):
        client.close(timeout=_SECONDS_TO_CLOSE)


def _bear_deaths(dask_scheduler: Any, deaths: int) -> None:
    """Have a scheduler hand out a task again after more deaths than the three it bears at first."""
    dask_scheduler.allowed_failures = max(dask_scheduler.allowed_failures, deaths)


@contextmanager
def _without_tracebacks() -> Iterator[None]:
    """Keep out of the log where the client stood when its scheduler was lost: an error says it."""
    logs = [logging.getLogger(f"distributed.{name}") for name in ("client", "batched")]
    for log in logs:
        log.addFilter(_is_no_loss)
    try:
        yield
    finally:
        for log in logs:
            log.removeFilter(_is_no_loss)


def _is_no_loss(record: logging.LogRecord) -> bool:
    from distributed.comm import CommClosedError

    lost = (CancelledError, CommClosedError)
    return not (record.exc_info and isinstance(record.exc_info[1], lost))


@contextmanager
def _blaming(where: str) -> Iterator[None]:
    """Say of the engine's own errors whose they are, and what to do."""
    try:
        yield
    except MnistseqError:
        raise
    except ImportError as error:
        raise ExecutorError(
            f"executor dask: {error}. pip install 'mnistseq[dask]', and mnistseq itself wherever "
            "scheduler and workers run"
        ) from error
    except (Exception, CancelledError) as error:
        cause = f"{type(error).__name__}: {error}".strip(": ")
        raise ExecutorError(
            f"dask {where}: the cluster cannot be reached any more, or not at all ({cause}). See to "
            f"the scheduler; {_RESUME}"
        ) from error
