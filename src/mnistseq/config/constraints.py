"""Constraints on config values, as groups of `annotated_types` constraints.

Importing that package takes a tenth of the time of a whole ``generate``, and only
validation needs it, so a group imports it when it is iterated over. Plugins may
use `annotated_types` directly.
"""

from __future__ import annotations

from collections.abc import Iterator


class Range:
    """Numbers from `ge` to `le`, both included."""

    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, ge: int, le: int) -> None:
        self.ge = ge
        self.le = le

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Ge, Le

        yield Ge(self.ge)
        yield Le(self.le)


class Positive:
    """Numbers above 0, up to `le`."""

    __is_annotated_types_grouped_metadata__ = True

    gt = 0

    def __init__(self, le: float) -> None:
        self.le = le

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Gt, Le

        yield Gt(self.gt)
        yield Le(self.le)


class Described:
    """Description of the values of a type whose name means nothing to users."""

    def __init__(self, text: str) -> None:
        self.text = text


class NotEmpty:
    """At least one character, or one item."""

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import MinLen

        yield MinLen(1)
