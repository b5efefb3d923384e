"""Row, RowPart and BadRow: what a file of sequences contains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

MAX_SAMPLES = 10**7
"""The most samples of one row."""


class Row(NamedTuple):
    """One row: the labels to draw, and its own values in place of the config's.

    A named tuple, because a file may have millions of rows and a tuple takes a third of the
    time that a dataclass takes to make.

    Attributes
    ----------
    minimum, maximum, width : int or None
        Range of the gaps and width of the image in pixels; None: the config's.
    samples : int
        How many samples are drawn of the row.
    name : str or None
        Name of the samples.
    line : int
        Line of the file, from 1.
    kept : tuple of str
        Values of the columns that are recorded with every sample.
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
    """A run of a row's samples: `samples` of them, from number `begin` on."""

    row: Row
    begin: int
    samples: int

    def names(self) -> Iterator[str | None]:
        """Yield each sample's name: the row's, with a number where the row has several samples."""
        name = self.row.name
        if name is None or self.row.samples == 1:
            return repeat(name, self.samples)
        return (f"{name}_{number}" for number in range(self.begin, self.begin + self.samples))


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be drawn: its line, and the reason."""

    line: int
    problem: str
