"""Data sets in a folder of this machine."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EACCES, EROFS
from pathlib import Path
from typing import IO, Any

from mnistseq.atomic import publish
from mnistseq.errors import OutputError
from mnistseq.pipeline.store.durability import flush_folder, measure
from mnistseq.pipeline.store.protocol import WORK, cannot_write, parse_lines


class LocalStore:
    """A folder of this machine.

    Parameters
    ----------
    root : str
    """

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self._parts = self.root / WORK / "parts"

    def names(self) -> list[str]:
        """What is in the folder; empty where there is no folder yet."""
        try:
            return sorted(entry.name for entry in self.root.iterdir())
        except FileNotFoundError as error:
            if self.root.is_symlink():
                raise OutputError(f"{self.root}: is a link to what is not there") from error
            return []
        except NotADirectoryError as error:
            raise OutputError(f"{self.root}: is a file; give a folder") from error
        except OSError as error:
            raise cannot_write(str(self.root), "", error) from error

    def check_rights(self) -> None:
        """Raise OutputError where nothing may be put in the folder, or it may not be made."""
        places = (self.root, *self.root.parents)
        nearest = next((place for place in places if place.exists()), None)
        if nearest is not None and not os.access(nearest, os.W_OK | os.X_OK):
            read_only = hasattr(os, "statvfs") and os.statvfs(nearest).f_flag & os.ST_RDONLY
            number = EROFS if read_only else EACCES
            raise cannot_write(str(self.root), "", OSError(number, os.strerror(number)))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out of the folder; the system forgets the lock of a dead one."""
        from filelock import FileLock, Timeout  # 20 ms to import

        lock = FileLock(self.root / WORK / "lock", timeout=0)
        try:
            (self.root / WORK).mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise OutputError(
                f"{self.root}: another run is at work there; wait for it, or take another folder"
            ) from None
        except OSError as error:
            raise cannot_write(str(self.root), "", error) from error
        try:
            yield
        finally:
            lock.release()

    def prepare(self) -> None:
        """Make the folder ready for shards, and clear away what killed workers left."""
        self.sweep()
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
            for left in self.root.glob(f".mnistseq-{'[0-9a-f]' * 16}"):
                left.unlink()
        except OSError as error:
            raise cannot_write(str(self.root), WORK, error) from error

    def sweep(self) -> None:
        """Clear away what stopped workers left; what cannot be cleared away stays."""
        shutil.rmtree(self._parts, ignore_errors=True)

    def close(self) -> None:
        """Remove what only served the making."""
        shutil.rmtree(self.root / WORK, ignore_errors=True)

    def discard(self) -> None:
        """Remove the folder itself where it is empty."""
        with suppress(OSError):
            self.root.rmdir()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A new empty folder, on the same file system, gone afterwards."""
        folder = self._parts / secrets.token_hex(8)
        try:
            # Not its parents: where somebody took the whole folder away, it stays away.
            folder.mkdir()
        except OSError as error:
            raise cannot_write(str(self.root), WORK, error) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, part: Path, name: str) -> str | None:
        """Give a finished file or folder its name; a folder of files cannot vouch for them."""
        place = self.root / name
        try:
            if place.parent != self.root and not place.parent.is_dir():
                place.parent.mkdir(exist_ok=True)
                flush_folder(self.root)
            if place.is_dir() or (part.is_dir() and os.path.lexists(place)):
                place.rename(part.with_name("replaced"))
            part.replace(place)
            flush_folder(place.parent)
        except OSError as error:
            raise cannot_write(str(self.root), name, error) from error
        return None

    def unchanged(self, tags: Mapping[str, str]) -> frozenset[str]:
        """None: on a disk, only reading tells."""
        return frozenset()

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.root / name).is_file()

    def measure(self, name: str) -> tuple[int, str] | None:
        """Bytes and SHA-256 of a file or folder, or None where it is not there."""
        try:
            return measure(self.root / name)
        except FileNotFoundError:
            return None
        except OSError as error:
            place = error.filename or self.root / name
            raise OutputError(
                f"{place}: cannot be read: {error.strerror or error}; see to the rights there"
            ) from error

    def files(self) -> list[str]:
        """Names of all files but those that only serve the making."""
        found = (Path(top) / name for top, _, names in os.walk(self.root) for name in names)
        inside = (path.relative_to(self.root) for path in found)
        return sorted(path.as_posix() for path in inside if path.parts[0] != WORK)

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return (self.root / name).open("rb")

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A file or folder as a path of this machine."""
        yield self.root / name

    def write(self, name: str, content: bytes) -> None:
        """Write a small file whole."""
        try:
            publish({self.root / name: content}, replace=True)
        except OutputError as error:
            cause = error.__cause__
            if not isinstance(cause, OSError):
                raise
            raise cannot_write(str(self.root), name, cause) from cause

    def append(self, name: str, lines: list[dict[str, Any]]) -> None:
        """Add lines of JSON to a file."""
        # The end of a line comes first, so that one torn by a dead run takes no other with it.
        text = "".join("\n" + json.dumps(line) for line in lines)
        try:
            with (self.root / name).open("a", encoding="ascii") as file:
                file.write(text)
        except OSError as error:
            raise cannot_write(str(self.root), name, error) from error

    def flush(self, name: str) -> None:
        """Nothing to do: lines are written as they are added."""

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Lines that were added; one that was torn in the writing is left out."""
        try:
            return parse_lines((self.root / name).read_bytes())
        except FileNotFoundError:
            return []

    def remove(self, name: str) -> None:
        """Remove a file or folder, and its folder where that is empty then."""
        place = self.root / name
        try:
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{place}: cannot be removed: {error.strerror or error}") from error
        if place.parent != self.root:
            with suppress(OSError):
                place.parent.rmdir()
