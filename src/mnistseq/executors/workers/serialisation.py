"""Call a pickled function with a pickled task on a worker of an engine."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mnistseq.errors import MnistseqError


@dataclass(frozen=True)
class Refused:
    """One of our errors, returned instead of raised.

    An engine would log a traceback for an error that is raised.
    """

    error: Exception


def call(task: bytes, function: bytes) -> Any:
    """Call the function, which is unpickled once, with a task."""
    try:
        return _unpickled(function)(pickle.loads(task))  # noqa: S301  # from the client itself
    except MnistseqError as error:
        return Refused(error)


@lru_cache(maxsize=2)
def _unpickled(function: bytes) -> Any:
    return pickle.loads(function)  # noqa: S301  # from the client itself
