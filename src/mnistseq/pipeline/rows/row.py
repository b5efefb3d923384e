"""Row, RowPart and BadRow: the rows of a file of sequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

MAX_SAMPLES = 10**7
"""Maximum number of samples of one row."""


class Row(NamedTuple):
    """One row: the labels to draw, and values that override the config.

    A named tuple, because a file may have millions of rows, and tuples take a third of the time
    of dataclasses to create.

    Attributes
    ----------
    minimum, maximum, width : int or None
        Range of the gaps and width of the image in pixels; None means that of the config.
    samples : int
        Number of samples to draw from the row.
    name : str or None
        Name of the samples.
    line : int
        Line number, from 1.
    kept : tuple of str
        Values of the recorded columns.
    """

    labels: tuple[str, ...]
    minimum: int | None = None
    maximum: int | None = None
    width: int | None = None
    samples: int = 1
    name: str | None = None
    line: int = 0
    kept: tuple[str, ...] = ()


class RowPart(NamedTuple):
    """Consecutive samples of a row: `samples` of them, starting at number `begin`."""

    row: Row
    begin: int
    samples: int

    def names(self) -> Iterator[str | None]:
        """Yield the name of each sample: that of the row, numbered if the row has several samples."""
        name = self.row.name
        if name is None or self.row.samples == 1:
            return repeat(name, self.samples)
        return (f"{name}_{number}" for number in range(self.begin, self.begin + self.samples))


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be drawn, and why."""

    line: int
    problem: str
