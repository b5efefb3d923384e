"""Make shards on a Dask cluster: an existing one, or a local one for the run."""

from __future__ import annotations

import logging
import secrets
from asyncio import CancelledError
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, islice
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar, cast

from annotated_types import Ge

from mnistseq.core.protocols import Executor
from mnistseq.errors import ArgumentError, ExecutorError, MnistseqError
from mnistseq.executors.workers.serialisation import Refused, call
from mnistseq.machine import available_cores

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
"""Tasks per thread: enough to keep it busy, few enough to hold in memory."""

_SECONDS_BETWEEN_COUNTS = 5.0
_SECONDS_TO_CLOSE = 5.0
_SECONDS_TO_CONNECT = 5.0
"""Timeout for connecting, also after the scheduler was lost."""

_ADDRESS_HELP = "give the scheduler's address, such as tcp://scheduler:8786"


@dataclass(frozen=True)
class Dask(Executor):
    """Workers of a Dask cluster; without an address, of a local cluster for the run."""

    name: ClassVar[str] = "dask"

    address: str | None = field(
        default=None, metadata={"help": "address of the scheduler, such as tcp://scheduler:8786"}
    )
    workers: Annotated[int, Ge(1)] | None = field(
        default=None,
        metadata={
            "help": "number of local processes, if no address is given; by default one per core"
        },
    )
    deaths: Annotated[int, Ge(1)] = field(
        default=20,
        metadata={"help": "a shard is given up after this many workers died while making it"},
    )
    patience: Annotated[float, Ge(0)] = field(
        default=120.0, metadata={"help": "seconds to wait while the cluster has no workers"}
    )

    def __post_init__(self) -> None:
        if self.address == "":
            # Most likely an unset variable, which should not start a local cluster.
            raise ArgumentError(f"address is empty; {_ADDRESS_HELP}, or leave it out")

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Give tasks to workers as these become free; yield receipts in order of completion.

        The scheduler only ever knows a window of tasks, two for each thread of the cluster. It
        repeats the tasks of a dead worker, which is safe because a task is pure. ExecutorError if
        Dask is not installed, or the cluster cannot be reached, is lost or has no workers.
        ArgumentError if the address is not an address.
        """
        with self._client() as client:
            window = _Window(client, function, self.patience)
            try:
                yield from window.receipts(iter(tasks))
            finally:
                # After an error, or if the caller stops early, no task must continue.
                window.cancel()

    @contextmanager
    def _client(self) -> Iterator[Client]:
        with ExitStack() as stack:
            stack.enter_context(_without_tracebacks())
            with _engine_errors(self.address or "the local cluster"):
                address: Any = self.address or stack.enter_context(_local_cluster(self.workers))
                client = _connect(address)
                stack.callback(_close, client)
                client.run_on_scheduler(_allow_deaths, deaths=self.deaths)
                _wait_for_workers(client, self.patience)
            yield client


class _Window(Generic[Task, Receipt]):
    """The tasks currently at the scheduler.

    Tasks and function are sent as bytes, so that only workers unpickle them, and each worker
    unpickles the function once.
    """

    def __init__(
        self, client: Client, function: Callable[[Task], Receipt], patience: float
    ) -> None:
        self._client = client
        self._address = client.scheduler.address
        self._function = _pickled(function)
        self._patience = patience
        self._done: SimpleQueue[Future] = SimpleQueue()
        self._running: set[Future] = set()
        self._run = secrets.token_hex(4)
        self._numbers = count()
        self._size = 1
        self._counted = self._last_seen = monotonic() - _SECONDS_BETWEEN_COUNTS

    def receipts(self, tasks: Iterator[Task]) -> Iterator[Receipt]:
        """Keep the window full, and yield the receipts."""
        while True:
            with _engine_errors(self._address):
                self._update_size()
                self._submit(list(islice(tasks, max(0, self._size - len(self._running)))))
            if not self._running:
                return
            done = self._finished()
            good = [future for future in done if future.status == "finished"]
            with _engine_errors(self._address):
                receipts = self._client.gather(good)
            self._running.difference_update(done)
            refused = [each.error for each in receipts if isinstance(each, Refused)]
            yield from (each for each in receipts if not isinstance(each, Refused))
            for error in refused:
                raise error
            for future in done:
                if future.status != "finished":
                    self._raise(future)

    def cancel(self) -> None:
        """Cancel tasks that have not started; workers finish the others."""
        if self._running and self._client.status == "running":
            with suppress(Exception):
                self._client.cancel(list(self._running), force=True)

    def _submit(self, tasks: list[Task]) -> None:
        if tasks:
            # pure=False and keys of our own, because tasks of another run may have equal arguments.
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
        """Return finished tasks; none if no task finishes within some seconds."""
        done = []
        with suppress(Empty):
            done.append(self._done.get(timeout=_SECONDS_BETWEEN_COUNTS))
            while True:
                done.append(self._done.get_nowait())
        return done

    def _update_size(self) -> None:
        """Adapt the window to the number of workers, which may change.

        ExecutorError if there have been none for too long.
        """
        now = monotonic()
        if now - self._counted < _SECONDS_BETWEEN_COUNTS:
            return
        self._counted = now
        threads = sum(self._client.nthreads().values())
        if threads:
            self._last_seen = now
            self._size = _AHEAD * threads
        elif now - self._last_seen > self._patience:
            raise ExecutorError(
                f"dask {self._address}: has had no workers for {self._patience:g} s; start some, "
                "with mnistseq installed"
            )

    def _raise(self, future: Future) -> None:
        """Raise the error of a task, or explain why the scheduler abandoned it."""
        with _engine_errors(self._address):
            error = future.exception()
        if type(error).__name__ == "KilledWorker":
            raise ExecutorError(
                f"dask {self._address}: too many workers died at the same shard, killed or out of "
                "memory; give workers more memory, or raise the executor's option deaths"
            ) from error
        raise error


def _pickled(thing: object) -> bytes:
    import cloudpickle  # comes with Dask; also pickles objects defined in notebooks

    return cast("bytes", cloudpickle.dumps(thing))


def _local_cluster(workers: int | None) -> LocalCluster:
    from distributed import LocalCluster

    # On loopback, so that other machines cannot reach it. The dashboard also needs an address: by
    # default it is open to all machines, on a port that may be in use.
    return LocalCluster(
        n_workers=workers or available_cores(),
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        preload="mnistseq.executors.workers.dask_worker",
    )


def _connect(address: Any) -> Client:
    from distributed import Client

    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except ValueError as error:
        raise ArgumentError(
            f"dask: {address!r} is not an address: {error}; {_ADDRESS_HELP}"
        ) from error


def _wait_for_workers(client: Client, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=max(patience, 1.0))
    except TimeoutError as error:
        raise ExecutorError(
            f"dask {client.scheduler.address}: no worker came within {patience:g} s; start some, "
            "with mnistseq installed"
        ) from error


def _close(client: Client) -> None:
    """Close the client, ignoring errors, because the scheduler may be gone."""
    with suppress(Exception):
        client.close(timeout=_SECONDS_TO_CLOSE)


def _allow_deaths(dask_scheduler: Any, deaths: int) -> None:
    """Let a scheduler repeat a task after more deaths than its default of three."""
    dask_scheduler.allowed_failures = max(dask_scheduler.allowed_failures, deaths)


@contextmanager
def _without_tracebacks() -> Iterator[None]:
    """Keep tracebacks of Dask's client out of the log.

    When the scheduler is lost, the client logs several, which would hide our error.
    """
    logs = [logging.getLogger(f"distributed.{name}") for name in ("client", "batched")]
    for log in logs:
        log.addFilter(_has_no_traceback)
    try:
        yield
    finally:
        for log in logs:
            log.removeFilter(_has_no_traceback)


def _has_no_traceback(record: logging.LogRecord) -> bool:
    return not record.exc_info


@contextmanager
def _engine_errors(address: str) -> Iterator[None]:
    """Convert errors of the engine to ExecutorErrors."""
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
            f"dask {address}: the cluster cannot be reached, or was lost ({cause}); check the scheduler"
        ) from error
