"""Verification: the result of verifying a data set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DatasetFault:
    """A difference between a data set and its manifest."""

    name: str
    problem: str


@dataclass(frozen=True)
class Note:
    """A file that the manifest does not list, or a changed file that does not matter."""

    name: str
    remark: str


@dataclass(frozen=True)
class Verification:
    """The result of verifying a data set.

    Attributes
    ----------
    faults : tuple of DatasetFault
        Empty if everything matches the manifest.
    notes : tuple of Note
        Other files and empty folders.
    """

    root: str
    faults: tuple[DatasetFault, ...]
    notes: tuple[Note, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there are no faults."""
        return not self.faults
