"""What verifying a data set found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Something that differs from the manifest.

    Attributes
    ----------
    name : str
        The file or shard.
    problem : str
        What is wrong with it.
    """

    name: str
    problem: str


@dataclass(frozen=True)
class Note:
    """A file that the manifest does not list, or whose changes change nothing of the data set.

    Attributes
    ----------
    name : str
        The file or folder.
    remark : str
        What it is.
    """

    name: str
    remark: str


@dataclass(frozen=True)
class Verification:
    """The result of verifying a data set.

    Attributes
    ----------
    root : str
        Folder or URL of the data set.
    faults : tuple of Fault
        Empty if everything is as the manifest describes it.
    notes : tuple of Note
        Other files and empty folders.
    """

    root: str
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there are no faults."""
        return not self.faults
