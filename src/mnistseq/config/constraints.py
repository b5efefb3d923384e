"""Constraints on the values of config keys, as `annotated_types` groups them.

Importing that package takes a tenth of the time of a whole ``generate``, and
only the validation of values needs it. A group therefore imports it when it is
asked for its members. Plugins may write `annotated_types` directly, which
means the same.
"""

from __future__ import annotations

from collections.abc import Iterator


class Range:
    """The numbers from `ge` to `le`, both included."""

    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, ge: int, le: int) -> None:
        self.ge = ge
        self.le = le

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Ge, Le

        yield Ge(self.ge)
        yield Le(self.le)


class Positive:
    """The numbers above 0, up to `le`."""

    __is_annotated_types_grouped_metadata__ = True

    gt = 0

    def __init__(self, le: float) -> None:
        self.le = le

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Gt, Le

        yield Gt(self.gt)
        yield Le(self.le)


class Described:
    """A description of the values of a type, where the type's own name tells a user nothing."""

    def __init__(self, text: str) -> None:
        self.text = text


class NotEmpty:
    """At least one character, or one item."""

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import MinLen

        yield MinLen(1)
