"""What every store can do, whatever it keeps its files in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mnistseq.pipeline.store.durability import measure

MANIFEST = "manifest.json"
WORK = ".mnistseq"
"""Folder of the files that are needed until the data set is finished."""


@dataclass(frozen=True)
class Batching:
    """How many lines of a journal are collected before they are written.

    Attributes
    ----------
    lines : int
        Write when this many lines wait.
    seconds : float
        Write when this much time has passed since the last write.
    """

    lines: int = 1
    seconds: float = 0.0


class Store(ABC):
    """A folder, or what a URL leads to, where a data set is kept.

    A file is in a store whole or not at all. Names are relative, with slashes;
    every operation raises UnsafePathError for a name that leads out of the store.

    Attributes
    ----------
    display_name : str
        What messages call the store.
    batching : Batching
        How journals in this store are written: at once where a file can grow,
        in batches where each write makes a new object.
    """

    display_name: str
    batching: Batching = Batching()

    @abstractmethod
    def names(self, folder: str = "") -> list[str]:
        """Return the names in a folder, by default the topmost; empty if it does not exist."""

    @abstractmethod
    def files(self) -> list[str]:
        """Return the names of all files at every depth, except those in `WORK`."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Return whether there is a file of this name."""

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading; FileNotFoundError if it does not exist."""

    @abstractmethod
    def local(self, name: str) -> AbstractContextManager[Path]:
        """Provide a file or folder at a path of this machine, as long as the context lasts.

        Raises
        ------
        FileNotFoundError
            If it does not exist.
        """

    @abstractmethod
    def put(self, part: Path, name: str) -> str | None:
        """Move a finished local file or folder into the store; it replaces what had its name.

        Returns
        -------
        str or None
            A tag by which `unchanged` recognizes the content, such as an S3 ETag.
        """

    @abstractmethod
    def write(self, name: str, content: bytes) -> None:
        """Write a small file; it replaces what had its name."""

    @abstractmethod
    def append(self, name: str, content: bytes) -> None:
        """Add to the end of a file, or of a series of objects whose names begin with its name."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file or folder, if it exists, and the folders that this leaves empty."""

    @abstractmethod
    def scratch(self) -> AbstractContextManager[Path]:
        """Provide a new, empty local folder, which is removed afterwards."""

    def check_writable(self) -> None:  # noqa: B027  # a default: many stores report it on writing only
        """Raise OutputError if it is known beforehand that nothing can be written."""

    @contextmanager
    def session(self) -> Iterator[None]:
        """Hold the store for one run, which alone may write to it.

        Raises
        ------
        OutputError
            If another run holds it. Object stores have no locks: there, two runs
            of one plan do the same work twice, and no harm.
        """
        yield

    def measure(self, name: str) -> tuple[int, str] | None:
        """Return bytes and SHA-256 of a file or folder; None if it does not exist."""
        try:
            with self.local(name) as path:
                return measure(path)
        except FileNotFoundError:
            return None

    def read(self, names: Iterable[str]) -> list[bytes]:
        """Return the contents of some small files."""
        contents = []
        for name in names:
            with self.open(name) as file:
                contents.append(file.read())
        return contents

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Return the files and folders that still have the tag that `put` gave them.

        None by default: their content has to be read.
        """
        return frozenset()
