"""Cells of a row, as every input format gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

KEPT = "kept"
"""Key of the values that are recorded, as a tuple of strings."""

Cells: TypeAlias = Mapping[str, Any]
"""``sequence``, a string or a list of labels; names of options, each with a string or any JSON
value; and `KEPT`."""


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class UnreadableRow:
    """A row without cells, and the reason."""

    problem: str


NumberedRows: TypeAlias = Iterator[tuple[int, Cells | UnreadableRow]]
"""Line and cells of each row; lines count from 1."""


@dataclass(frozen=True)
class Table:
    """Rows of a file, and the columns that are not used."""

    rows: NumberedRows
    unused: tuple[str, ...] = ()
