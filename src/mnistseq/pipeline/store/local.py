"""LocalStore: a data set in a folder of this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EROFS
from pathlib import Path, PurePosixPath
from typing import IO

from mnistseq.atomic import publish, remove_leftovers
from mnistseq.errors import OutputError, WrongPathError
from mnistseq.pipeline.store.durability import (
    describe_difference,
    flush_folder,
    measure,
    measured_size,
    refuse_special,
)
from mnistseq.pipeline.store.entries import Entry, entries_in
from mnistseq.pipeline.store.file_names import checked, link_refused, refuse_unportable
from mnistseq.pipeline.store.protocol import WORK, Store
from mnistseq.pipeline.store.write_errors import cannot_create, cannot_write

_LOCK = f"{WORK}/lock"
_PARTS = f"{WORK}/parts"


class LocalStore(Store):
    """A folder of this machine.

    Links below the root are never followed, because those in a stranger's data set could
    otherwise cause any file to be read, replaced or removed. The root itself may be a link.
    """

    def __init__(self, root: str) -> None:
        self.root: Path = Path(root)
        self.display_name: str = str(self.root)

    def _path(self, name: str, *, link: bool = False) -> Path:
        """Return the path of a name after checking that it contains no link.

        With `link`, the last part may be one: it will be replaced or removed, not followed.
        """
        path = self.root
        parts = PurePosixPath(checked(name)).parts
        for count, part in enumerate(parts, 1):
            path /= part
            # Path.is_symlink raises for paths that are too long or not accessible.
            if os.path.islink(path) and not (link and count == len(parts)):  # noqa: PTH114
                raise link_refused(path)
        return path

    def names(self, folder: str = "") -> list[str]:
        """Return the names in a folder, by default the root; empty if it does not exist."""
        path = self._path(folder) if folder else self.root
        try:
            return sorted(entry.name for entry in path.iterdir())
        except FileNotFoundError as error:
            if path.is_symlink():
                raise WrongPathError(
                    f"{path}: is a link to a folder that does not exist"
                ) from error
            return []
        except NotADirectoryError as error:
            raise WrongPathError(f"{path}: is a file; give a folder") from error
        except OSError as error:
            raise _cannot_read(path, error) from error

    def entries(self) -> list[Entry]:
        """Return everything recursively, except the contents of `WORK`; links are not followed."""
        return [entry for entry in entries_in(self.root) if entry.name.split("/")[0] != WORK]

    def has(self, name: str) -> bool:
        """Return whether a file of this name exists."""
        path = self._path(name)
        try:
            return path.is_file()
        except OSError as error:
            raise _cannot_read(path, error) from error

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        path = self._path(name)
        refuse_special(path)
        return path.open("rb")

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """Provide the path of a file or folder."""
        path = self._path(name)
        refuse_special(path)
        yield path

    def measure(self, name: str) -> tuple[int, str] | None:
        """Return size and SHA-256 of a file or folder; None if it does not exist."""
        return self._measure(name, measure)

    def difference(self, name: str, size: int, digest: str) -> str | None:
        """Compare sizes first, so that a file of the wrong size, which may be huge, is not read."""
        measured = self._measure(name, lambda path: (measured_size(path), digest))
        if measured is not None and measured[0] == size:
            measured = self.measure(name)
        return describe_difference(measured, size, digest)

    def _measure(
        self, name: str, function: Callable[[Path], tuple[int, str]]
    ) -> tuple[int, str] | None:
        try:
            with self.local(name) as path:
                return function(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _cannot_read(Path(error.filename or self.root / name), error) from error

    def put(self, part: Path, name: str) -> None:
        """Rename a finished file or folder, and flush its new name to disk."""
        path = self._path(name, link=True)
        try:
            self._make_parents(path)
            if os.path.lexists(path) and (part.is_dir() or _is_real_folder(path)):
                path.rename(part.with_name("replaced"))
            part.replace(path)
            flush_folder(path.parent)
        except OSError as error:
            self._remove_empty(path.parent)
            raise cannot_write(self.display_name, name, error) from error

    def _make_parents(self, path: Path) -> None:
        """Create missing folders below the root, but never the root itself: if removed, it stays so."""
        missing = [
            top for top in path.parents if top.is_relative_to(self.root) and top != self.root
        ]
        for folder in reversed(missing):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)
                flush_folder(folder.parent)

    def write(self, name: str, content: bytes) -> None:
        """Write a small file."""
        path = self._path(name, link=True)
        try:
            if path.is_symlink():
                path.unlink()
            publish({path: content}, replace=True)
        except OSError as error:
            raise cannot_write(self.display_name, name, error) from error
        except OutputError as error:
            cause = error.__cause__
            if not isinstance(cause, OSError):
                raise
            raise cannot_write(self.display_name, name, cause) from cause

    def append(self, name: str, content: bytes) -> None:
        """Append to a file; the operating system has the data when this returns."""
        try:
            with self._path(name).open("ab", buffering=0) as file:
                file.write(content)
        except OSError as error:
            raise cannot_write(self.display_name, name, error) from error

    def remove(self, name: str) -> None:
        """Remove a file, folder or link, and parent folders that become empty."""
        path = self._path(name, link=True)
        try:
            if _is_real_folder(path):
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except NotADirectoryError:
            return  # its parent is a file
        except OSError as error:
            raise OutputError(f"{path}: cannot be removed: {error.strerror or error}") from error
        self._remove_empty(path.parent)

    def _remove_empty(self, folder: Path) -> None:
        """Remove a folder below the root and its parents as long as they are empty."""
        with suppress(OSError):
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Provide a new, empty folder on the same file system, which is removed afterwards."""
        folder = self._path(f"{_PARTS}/{secrets.token_hex(8)}")
        try:
            # Parents are not created: if the whole data set was removed, it stays removed.
            folder.mkdir()
        except OSError as error:
            raise cannot_write(self.display_name, WORK, error) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def check_writable(self) -> None:
        """Raise OutputError if the folder is not writable or cannot be created."""
        if not self.root.exists():
            refuse_unportable(self.root)
        nearest = next((path for path in (self.root, *self.root.parents) if path.exists()), None)
        if nearest is not None and not os.access(nearest, os.W_OK | os.X_OK):
            read_only = sys.platform != "win32" and os.statvfs(nearest).f_flag & os.ST_RDONLY
            number = EROFS if read_only else EACCES
            raise cannot_write(self.display_name, "", OSError(number, os.strerror(number)))

    @contextmanager
    def session(self) -> Iterator[None]:
        """Create and lock the folder for one run, and clean up before and after.

        Files that a run leaves in `WORK`, such as a journal, are kept for the next run. If
        there are none, `WORK` is removed, and the folder, too, if it is empty. The system
        releases the lock of a killed run.
        """
        with self._lock():
            self._prepare()
            try:
                yield
            finally:
                self._clean_up()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        from filelock import FileLock, Timeout  # 20 ms to import

        work, lock = self._path(WORK), FileLock(self._path(_LOCK), timeout=0)
        try:
            work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_create(work if self.root.is_dir() else self.root, error) from error
        try:
            lock.acquire()
        except Timeout:
            raise OutputError(
                f"{self.root}: another run is writing to it; wait for it, or choose another folder"
            ) from None
        except OSError as error:
            raise cannot_write(self.display_name, WORK, error) from error
        try:
            yield
        finally:
            lock.release()

    def _prepare(self) -> None:
        """Create the folder for unfinished files, and remove leftovers of killed runs."""
        parts = self._path(_PARTS)
        shutil.rmtree(parts, ignore_errors=True)
        try:
            parts.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot_write(self.display_name, WORK, error) from error
        for folder in (self.root, parts.parent):
            remove_leftovers(folder, alone=True)

    def _clean_up(self) -> None:
        with suppress(OSError, OutputError):
            work = self._path(WORK)
            shutil.rmtree(self._path(_PARTS), ignore_errors=True)
            if {path.name for path in work.iterdir()} <= {"lock"}:
                shutil.rmtree(work)
        with suppress(OSError):
            self.root.rmdir()


def _is_real_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _cannot_read(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be read: {error.strerror or error}; check the permissions")
