"""Tasks and a function as bytes, which only the workers of an engine unpickle."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mnistseq.errors import MnistseqError


@dataclass(frozen=True)
class Refused:
    """An error of ours on its way back, returned instead of raised.

    For an error that is raised, an engine writes a traceback to its log.
    """

    error: Exception


def call(task: bytes, function: bytes) -> Any:
    """Call the function, which is unpickled once, on a task."""
    try:
        return _unpickled(function)(pickle.loads(task))  # noqa: S301  # from the client itself
    except MnistseqError as error:
        return Refused(error)


@lru_cache(maxsize=2)
def _unpickled(function: bytes) -> Any:
    return pickle.loads(function)  # noqa: S301  # from the client itself
