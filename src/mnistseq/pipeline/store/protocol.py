"""What every store can do, whatever it keeps its files in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.store.durability import describe_difference, measure
from mnistseq.pipeline.store.entries import Entry

MANIFEST = "manifest.json"
WORK = ".mnistseq"
"""Folder of the files that are needed until the data set is finished."""

MAX_RECORD_BYTES = 2**28
"""Size of the largest manifest, plan or journal that is read: enough for a million shards."""


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
    def entries(self) -> list[Entry]:
        """Return everything at every depth, except what is in `WORK`."""

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

    def difference(self, name: str, size: int, digest: str) -> str | None:
        """Return how a file or folder differs from its recorded size and SHA-256; None if it does not."""
        return describe_difference(self.measure(name), size, digest)

    def read_record(self, name: str) -> bytes:
        """Return the content of a manifest, a plan or a journal.

        Raises
        ------
        FileNotFoundError
            If it does not exist.
        UnsafePathError
            If it is larger than `MAX_RECORD_BYTES`.
        """
        with self.open(name) as file:
            content = file.read(MAX_RECORD_BYTES + 1)
        if len(content) > MAX_RECORD_BYTES:
            raise UnsafePathError(
                f"{self.display_name}/{name}: has more than {MAX_RECORD_BYTES >> 20} MiB, which is "
                "too large for a description of a data set"
            )
        return content

    def read(self, names: Iterable[str]) -> list[bytes]:
        """Return the contents of some small files."""
        return [self.read_record(name) for name in names]

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Return the files and folders that still have the tag that `put` gave them.

        None by default: their content has to be read.
        """
        return frozenset()
