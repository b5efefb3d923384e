"""Make shards on a Ray cluster: an existing one, or a local one for the run."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic, sleep
from typing import Annotated, Any, ClassVar, TypeVar, cast

from annotated_types import Ge

from mnistseq.core.protocols import Executor
from mnistseq.errors import ArgumentError, ExecutorError, MnistseqError
from mnistseq.executors.workers.serialisation import Refused, call

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_AHEAD = 2
_SECONDS_BETWEEN_COUNTS = 5.0

_HOST_AND_PORT = re.compile(r"(?:ray://)?\[?(?P<host>[^/]+?)\]?:(?P<port>[0-9]{1,5})")
_SECONDS_TO_CONNECT = 5.0
_SECONDS_BETWEEN_TRIES = 0.5

_ADDRESS_HELP = "give the head's address, such as head:6379, or auto"


@dataclass(frozen=True)
class Ray(Executor):
    """Workers of a Ray cluster; without an address, of a local cluster for the run."""

    name: ClassVar[str] = "ray"

    address: str | None = field(
        default=None,
        metadata={
            "help": "address of the head, such as head:6379, or auto; by default RAY_ADDRESS"
        },
    )
    workers: Annotated[int, Ge(1)] | None = field(
        default=None,
        metadata={
            "help": "number of local processes, if no address is given; by default one per core"
        },
    )
    deaths: Annotated[int, Ge(0)] = field(
        default=20,
        metadata={"help": "a shard is given up after this many workers died while making it"},
    )
    patience: Annotated[float, Ge(0)] = field(
        default=120.0, metadata={"help": "seconds to wait for the head"}
    )

    def __post_init__(self) -> None:
        if self.address == "":
            # Most likely an unset variable, which should not start a local cluster.
            raise ArgumentError(f"address is empty; {_ADDRESS_HELP}, or leave it out")

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Give tasks to workers as these become free; yield receipts in order of completion.

        Ray only ever knows a window of tasks, two for each core of the cluster. It repeats the
        tasks of a dead worker. ExecutorError if Ray is not installed, or the cluster cannot be
        reached or is lost.
        """
        with self._cluster() as ray:
            remote = ray.remote(num_cpus=1, max_retries=self.deaths)(call)
            pickled = _pickled(function)
            waiting = iter(tasks)
            running: set[Any] = set()
            size, counted = 0, -_SECONDS_BETWEEN_COUNTS
            # If the caller stops early, running tasks end when this client leaves the cluster.
            # Not ray.cancel: Ray 2.60 aborts its client if a task ends in the meantime.
            while True:
                if monotonic() - counted >= _SECONDS_BETWEEN_COUNTS:
                    size, counted = _window_size(ray), monotonic()
                some = list(islice(waiting, max(0, size - len(running))))
                running.update(remote.remote(_pickled(task), pickled) for task in some)
                if not running:
                    return
                done, _ = ray.wait(list(running), timeout=_SECONDS_BETWEEN_COUNTS)
                for reference in done:
                    running.discard(reference)
                    yield _receipt(ray, reference)

    @contextmanager
    def _cluster(self) -> Iterator[Any]:
        try:
            import ray  # takes a second; an extra of 70 MB
        except ImportError as error:
            raise ExecutorError(f"executor ray: {error}. pip install 'mnistseq[ray]'") from error
        # No usage reports to Ray's makers, unless the user has enabled them.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        joined = ray.is_initialized()
        if not joined:
            _wait_for_head(self.address, self.patience)
            _start(ray, self.address, self.workers)
        try:
            yield ray
        finally:
            if not joined:
                ray.shutdown()


def _wait_for_head(address: str | None, patience: float) -> None:
    """Wait for a head that is still starting; Ray itself would wait forever."""
    known = address or os.environ.get("RAY_ADDRESS", "")
    found = _HOST_AND_PORT.fullmatch(known)
    if found is None:
        return
    end = monotonic() + patience
    while True:
        try:
            endpoint = (found["host"], int(found["port"]))
            socket.create_connection(endpoint, timeout=_SECONDS_TO_CONNECT).close()
        except (OSError, OverflowError) as error:
            if monotonic() >= end:
                raise ExecutorError(
                    f"ray {known}: cannot be reached: {error}; check the head"
                ) from error
            sleep(_SECONDS_BETWEEN_TRIES)
        else:
            return


def _start(ray: Any, address: str | None, workers: int | None) -> None:
    """Connect to a cluster, or start one that only this machine can reach."""
    options: dict[str, Any] = {"address": address}
    if address is None and not os.environ.get("RAY_ADDRESS"):
        options = {"num_cpus": workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(log_to_driver=False, logging_level="WARNING", **options)
    except (OSError, RuntimeError, ValueError) as error:
        raise ExecutorError(
            f"ray {address or 'on this machine'}: cannot be reached or started: "
            f"{str(error).rstrip('.')}; check the head and, if it requires one, the token "
            "(RAY_AUTH_MODE=token, ~/.ray/auth_token)"
        ) from error


def _window_size(ray: Any) -> int:
    """Return the size of the window, which changes as nodes join and leave."""
    with _engine_errors():
        return max(1, int(_AHEAD * ray.cluster_resources().get("CPU", 0)))


def _receipt(ray: Any, reference: Any) -> Any:
    """Return the receipt of a task, or raise its error."""
    with _engine_errors():
        try:
            found = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            found = Refused(error.cause)
    if isinstance(found, Refused):
        raise found.error
    return found


@contextmanager
def _engine_errors() -> Iterator[None]:
    """Convert errors of the engine to ExecutorErrors."""
    try:
        yield
    except MnistseqError:
        raise
    except Exception as error:
        raise ExecutorError(
            f"ray: the cluster or too many of its workers were lost ({type(error).__name__}: {error}); "
            "check the head"
        ) from error


def _pickled(thing: object) -> bytes:
    from ray import cloudpickle  # also pickles objects defined in notebooks

    return cast("bytes", cloudpickle.dumps(thing))
