"""Store: base class of all stores."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.store.durability import describe_difference, measure
from mnistseq.pipeline.store.entries import Entry

MANIFEST = "manifest.json"
WORK = ".mnistseq"
"""Folder of files that are needed only until the data set is finished."""

MAX_RECORD_BYTES = 2**28
"""Maximum size of a manifest, plan or journal: enough for a million shards."""


class Store(ABC):
    """A folder or URL where a data set is kept.

    Files appear complete or not at all. Names are relative paths with slashes; every
    operation raises UnsafePathError for a name that leads out of the store.

    Attributes
    ----------
    journal_lines, journal_seconds
        Lines of a journal are written when this number are pending, or after this time since the
        last write: at once if files can grow, later if each write makes a new object.
    """

    display_name: str
    journal_lines: int = 1
    journal_seconds: float = 0.0

    @abstractmethod
    def names(self, folder: str = "") -> list[str]:
        """Return the names in a folder, by default the root; empty if it does not exist."""

    @abstractmethod
    def entries(self) -> list[Entry]:
        """Return everything recursively, except the contents of `WORK`."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Return whether a file of this name exists."""

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading; FileNotFoundError if it does not exist."""

    @abstractmethod
    def local(self, name: str) -> AbstractContextManager[Path]:
        """Provide a file or folder at a local path inside the context.

        FileNotFoundError if it does not exist.
        """

    @abstractmethod
    def put(self, part: Path, name: str) -> str | None:
        """Move a finished local file or folder into the store, replacing any of the same name.

        Returns
        -------
        str or None
            A tag by which `unchanged` recognises the content, such as an S3 ETag.
        """

    @abstractmethod
    def write(self, name: str, content: bytes) -> None:
        """Write a small file, replacing any of the same name."""

    @abstractmethod
    def append(self, name: str, content: bytes) -> None:
        """Append to a file, or add an object to a series whose names start with its name."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file or folder if it exists, and parent folders that become empty."""

    @abstractmethod
    def scratch(self) -> AbstractContextManager[Path]:
        """Provide a new, empty local folder, which is removed afterwards."""

    def check_writable(self) -> None:  # noqa: B027  # optional: many stores only notice when writing
        """Raise OutputError if the store is known not to be writable."""

    @contextmanager
    def session(self) -> Iterator[None]:
        """Lock the store for one run, which alone may write to it.

        OutputError if another run has locked it. Object stores have no locks: there, two runs of
        the same plan do the same work twice, which does no harm.
        """
        yield

    def measure(self, name: str) -> tuple[int, str] | None:
        """Return size and SHA-256 of a file or folder; None if it does not exist."""
        try:
            with self.local(name) as path:
                return measure(path)
        except FileNotFoundError:
            return None

    def difference(self, name: str, size: int, digest: str) -> str | None:
        """Describe how a file or folder differs from its recorded size and SHA-256; None if equal."""
        return describe_difference(self.measure(name), size, digest)

    def read_record(self, name: str) -> bytes:
        """Return the content of a manifest, a plan or a journal.

        FileNotFoundError if it does not exist. UnsafePathError if it is larger than
        `MAX_RECORD_BYTES`.
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
        """Return the contents of several small files."""
        return [self.read_record(name) for name in names]

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """Return the files and folders that still have the tag that `put` returned.

        By default none, so their contents must be read.
        """
        return frozenset()
