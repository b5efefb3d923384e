"""Parameters that transforms share, and the check of their ranges."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import Annotated, Any, ClassVar, TypeAlias

from annotated_types import Ge, Le

from mnistseq.config.keys import Key, keys_of
from mnistseq.config.plain_values import shown
from mnistseq.errors import ArgumentError

Strength: TypeAlias = Annotated[float, Ge(0), Le(1)]
STRENGTH = {"help": "overall strength: 0 changes nothing, 1 applies the other parameters fully"}


class Checked:
    """Base of transforms whose constructor refuses numbers out of range.

    Parameters in a config are checked earlier; this check is for transforms made in Python.
    """

    name: ClassVar[str]

    def __post_init__(self) -> None:
        component: type = type(self)
        for key in _keys(component):
            fault = _fault(key, getattr(self, key.path))
            if fault:
                raise ArgumentError(f"transform {self.name}: {key.path} {fault}")


@lru_cache(maxsize=64)
def _keys(component: type) -> tuple[Key, ...]:
    return tuple(keys_of(component))


def _fault(key: Key, value: Any) -> str:
    kind = key.kind
    if kind.choices:
        return "" if value in kind.choices else f"{shown(value)} is not a choice; use {kind}"
    if kind.type not in (int, float) or (value is None and kind.optional):
        return ""
    numeric = type(value) is int or (kind.type is float and isinstance(value, float))
    if not numeric or not isfinite(value):
        return f"{shown(value)} is not allowed; use {kind}"
    return "" if kind.contains(value) else f"{shown(value)} is out of range; use {kind}"
