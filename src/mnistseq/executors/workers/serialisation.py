"""What an engine carries to its workers: tasks and a function as bytes, which only they unpickle."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mnistseq.errors import MnistseqError


@dataclass(frozen=True)
class Refused:
    """An error on its way back.

    One of ours is said in words and needs no traceback, which an engine writes
    to its log for all that is raised.
    """

    error: Exception


def call(task: bytes, function: bytes) -> Any:
    """What a worker runs: the function, unpickled once, on a task."""
    try:
        return _unpickled(function)(pickle.loads(task))  # noqa: S301  # from the client itself
    except MnistseqError as error:
        return Refused(error)


@lru_cache(maxsize=2)
def _unpickled(function: bytes) -> Any:
    return pickle.loads(function)  # noqa: S301  # from the client itself
