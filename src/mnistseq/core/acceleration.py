"""Choose compiled versions of functions where numba is installed: same pixels, several times as fast.

A compiled version has the name and the parameters of its function, and is in a module of
`mnistseq.core.compiled` or `mnistseq.imaging.compiled`. It takes grey images only, and is used for
batches that are worth the half second that numba takes to start. On a machine where nothing is
compiled yet, a batch must be worth the fifteen seconds or so that compiling takes, once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

_LEAST_PIXELS = {"loaded": 1 << 15, "compiled": 1 << 18, "not compiled": 1 << 21}
"""Pixels of the smallest batch that uses compiled code: some 75 or 600 images of five digits.

Once a process has used any, 8 images are enough.
"""

_COMPILER = "mnistseq.core.compiled.compiler"
"""The module that all compiled code imports."""

_MOST_PIXELS = 1 << 12
"""Pixels that count of each picture, so that few pictures never wait for numba, however large."""


def accelerated(module: str, package: str = "imaging") -> Callable[[Function], Function]:
    """Decorate a function that takes images first and has a compiled version.

    Parameters
    ----------
    module : str
        Name of the module with the compiled version.
    package : {'imaging', 'core'}
        The package whose `compiled` folder has that module.
    """

    def decorated(function: Function) -> Function:
        @wraps(function)
        def chosen(images: Any, *arguments: Any) -> Any:
            size = min(images.size, len(images) * _MOST_PIXELS)
            if images.ndim == 3 and size >= least_pixels():
                version = _version(f"mnistseq.{package}.compiled.{module}", function.__name__)
                return version(*map(_plain, (images, *arguments)))
            return function(images, *arguments)

        return cast("Function", chosen)

    return decorated


@cache
def _version(module: str, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def least_pixels() -> float:
    """Return the pixels of the smallest batch that uses compiled code; infinity without numba."""
    return _LEAST_PIXELS["loaded"] if _COMPILER in sys.modules else _least_to_start()


def is_started() -> bool:
    """Whether compiled code costs nothing to start, so that small batches use it."""
    return least_pixels() <= _LEAST_PIXELS["loaded"]


@cache
def _least_to_start() -> float:
    """Return the same for the first batch of a process."""
    if find_spec("numba") is None:
        return inf
    # numba keeps what it compiled there, if that folder can be written to.
    kept = any((Path(__file__).parent / "compiled" / "__pycache__").glob("*.nbi"))
    return _LEAST_PIXELS["compiled" if kept else "not compiled"]


def _plain(argument: Any) -> Any:
    """Return an array in the one layout that functions are compiled for."""
    if not isinstance(argument, np.ndarray) or argument.flags.carray:
        return argument
    return np.require(argument, requirements=("C", "W"))
