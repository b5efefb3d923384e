"""The decorator that compiles a function with numba, and the type of its indices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

UNIT = np.uintp
"""Type of sums of indices. With one that may be negative, a compiler vectorises no loop."""


def compiled(function: Function) -> Function:
    """Compile a function at its first call, and keep the result for other processes.

    Nothing is reordered or fused, so that sums and products of floats are those of NumPy.
    """
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True}
    try:
        made: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # no folder where the result could be kept
        made = njit(**options)(function)
    return made
