"""Table: the rows of a file with their cells, the common result of all input formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

KEPT = "kept"
"""Key of the recorded values, a tuple of strings."""

Cells: TypeAlias = Mapping[str, Any]
"""``sequence``: a string or a list of labels; names of options: a string or any JSON value; and
`KEPT`."""


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class UnreadableRow:
    """A row that cannot be split into cells, and why."""

    problem: str


NumberedRows: TypeAlias = Iterator[tuple[int, Cells | UnreadableRow]]
"""Line number, from 1, and cells of each row."""


@dataclass(frozen=True)
class Table:
    """The rows of a file, and the unused columns."""

    rows: NumberedRows
    unused: tuple[str, ...] = ()
