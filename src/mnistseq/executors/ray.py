"""Shards on a Ray cluster: one that runs somewhere, or one of this machine."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
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

_GIVE = "give the head's, as in head:6379, or auto"
_RESUME = "what is finished is kept, and --resume goes on from it"


@dataclass(frozen=True)
class Ray(Executor):
    """Workers of a Ray cluster; without an address, local processes of its own."""

    name: ClassVar[str] = "ray"

    address: str | None = field(
        default=None,
        metadata={"help": "the head's, as in head:6379, or auto; RAY_ADDRESS is heeded too"},
    )
    workers: Annotated[int, Ge(1)] | None = field(
        default=None, metadata={"help": "processes, without an address; by default one a core"}
    )
    deaths: Annotated[int, Ge(0)] = field(
        default=20, metadata={"help": "how many workers may die at one shard before it is given up"}
    )

    patience: Annotated[float, Ge(0)] = field(
        default=120.0, metadata={"help": "seconds to wait for the head"}
    )

    def __post_init__(self) -> None:
        if self.address == "":
            # A variable that is not set, most likely: no reason to start a cluster here.
            raise ArgumentError(f"address is empty; {_GIVE}, or leave it out")

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Iterator[Receipt]:
        """Hand out tasks as workers come free; receipts come in the order of completion.

        A window of tasks, two for each core of the cluster, is all that Ray
        ever knows of. It hands out again what a dead worker had.

        Raises
        ------
        ExecutorError
            If Ray is not installed, or the cluster cannot be reached or is lost.
        """
        with self._cluster() as ray:
            remote = ray.remote(num_cpus=1, max_retries=self.deaths)(call)
            pickled = _pickled(function)
            waiting = iter(tasks)
            running: set[Any] = set()
            room, counted = 0, -_SECONDS_BETWEEN_COUNTS
            # What is under way when nobody asks any more ends with our part of the cluster.
            # ray.cancel is no help: Ray 2.60 aborts its client where a task ends meanwhile.
            while True:
                if monotonic() - counted >= _SECONDS_BETWEEN_COUNTS:
                    room, counted = _room(ray), monotonic()
                some = list(islice(waiting, max(0, room - len(running))))
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
            import ray  # a second, and an extra of 70 MB
        except ImportError as error:
            raise ExecutorError(f"executor ray: {error}. pip install 'mnistseq[ray]'") from error
        # Nobody asked for reports to Ray's makers; who wants to send them sets it.
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
    """Wait until a head listens, which may be just starting: Ray would ask for it for ever."""
    where = address or os.environ.get("RAY_ADDRESS", "")
    found = _HOST_AND_PORT.fullmatch(where)
    if found is None:
        return
    end = monotonic() + patience
    while True:
        try:
            place = (found["host"], int(found["port"]))
            socket.create_connection(place, timeout=_SECONDS_TO_CONNECT).close()
        except (OSError, OverflowError) as error:
            if monotonic() >= end:
                raise ExecutorError(
                    f"ray {where}: cannot be reached: {error}. See to the head; {_RESUME}"
                ) from error
            sleep(_SECONDS_BETWEEN_TRIES)
        else:
            return


def _start(ray: Any, address: str | None, workers: int | None) -> None:
    """Join a cluster, or start one that only this machine sees."""
    options: dict[str, Any] = {"address": address}
    if address is None and not os.environ.get("RAY_ADDRESS"):
        options = {"num_cpus": workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(log_to_driver=False, logging_level="WARNING", **options)
    except (OSError, RuntimeError, ValueError) as error:
        raise ExecutorError(
            f"ray {address or 'on this machine'}: cannot be reached or started: "
            f"{str(error).rstrip('.')}. See to the head and, where it asks for one, to the token "
            f"(RAY_AUTH_MODE=token, ~/.ray/auth_token); {_RESUME}"
        ) from error


def _room(ray: Any) -> int:
    """How many tasks there may be at once: nodes come and go."""
    with _blaming():
        return max(1, int(_AHEAD * ray.cluster_resources().get("CPU", 0)))


def _receipt(ray: Any, reference: Any) -> Any:
    """What a task returned, or what it raised, as it is."""
    with _blaming():
        try:
            found = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            found = Refused(error.cause)
    if isinstance(found, Refused):
        raise found.error
    return found


@contextmanager
def _blaming() -> Iterator[None]:
    """Say of the engine's own errors whose they are, and what to do."""
    try:
        yield
    except MnistseqError:
        raise
    except Exception as error:
        raise ExecutorError(
            f"ray: the cluster or too many of its workers were lost ({type(error).__name__}: "
            f"{error}); {_RESUME}"
        ) from error


def _pickled(thing: object) -> bytes:
    from ray import cloudpickle  # knows what is defined in a notebook

    return cast("bytes", cloudpickle.dumps(thing))
