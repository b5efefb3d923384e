"""Get and set nested values by keys such as ``canvas.transform[0].folder``.

The keys of several sources are ``source[0]``, ``source[1]``, ….
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


def value_at(values: Mapping[str, Any], key: str) -> object:
    """Return the value of a key; None if it is missing."""
    found: Any = values
    try:
        for step in _steps(key):
            found = found["mix"] if isinstance(step, int) and "mix" in found else found
            found = found[step]
    except (LookupError, TypeError):
        return None
    value: object = found
    return value


def with_value(values: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """Return a copy with one value replaced; all other values are shared.

    Raises
    ------
    LookupError
    TypeError
        If the key does not exist and cannot be added.
    """
    replaced: dict[str, Any] = _replaced(values, _steps(key), value)
    return replaced


def _replaced(values: Any, steps: Sequence[str | int], value: object) -> Any:
    step, *rest = steps
    if isinstance(values, str):
        values = {"name": values}  # a component without parameters
    if isinstance(step, int) and isinstance(values, Mapping):
        return {**values, "mix": _replaced(values["mix"], steps, value)}
    copied: Any = dict(values) if isinstance(values, Mapping) else list(values)
    copied[step] = _replaced(copied[step], rest, value) if rest else value
    return copied


def _steps(key: str) -> list[str | int]:
    return [int(name) if name.isdigit() else name for name in re.findall(r"[^.\[\]]+", key)]
