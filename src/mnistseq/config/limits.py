"""The limits of our own keys, in what `annotated_types` calls groups.

That package takes as long to import as a tenth of all of ``generate``, and is
needed only where values are checked: a group says what it stands for when it
is asked. Plugins write `annotated_types` itself, which means the same.
"""

from __future__ import annotations

from collections.abc import Iterator


class Range:
    """From `ge` to `le`, both included."""

    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, ge: int, le: int) -> None:
        self.ge = ge
        self.le = le

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Ge, Le

        yield Ge(self.ge)
        yield Le(self.le)


class NotEmpty:
    """At least one character, or one item."""

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import MinLen

        yield MinLen(1)
