"""Write files atomically: they appear complete or not at all.

An incomplete file has another name and is locked. If it is not locked, it was left by a killed
process, and is removed by the next process that writes to the folder.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from errno import EISDIR
from functools import lru_cache
from pathlib import Path

from mnistseq.errors import OutputError, WrongPathError
from mnistseq.locks import HAVE_LOCKS, lock_open, locked
from mnistseq.messages import write_remedy

_TEMPORARY = re.compile(r"\.mnistseq-[0-9a-f]{16}")


def publish(files: Mapping[Path, bytes], *, replace: bool) -> None:
    """Write several files so that either all of them appear, or none.

    Each is written under a temporary name in its folder, flushed to disk, and only then
    renamed.

    Parameters
    ----------
    files : mapping
        Path → content.
    replace : bool
        Whether to replace existing files.

    Raises
    ------
    FileExistsError
        If a file exists and `replace` is false; nothing is changed.
    OutputError
        If a file cannot be written; no new file is left behind.
    """
    for folder in {path.parent.absolute() for path in files}:
        _clean_once(folder)
    temporary = {path: path.with_name(f".mnistseq-{secrets.token_hex(8)}") for path in files}
    created: list[Path] = []
    path = Path()
    in_use = ExitStack()
    try:
        for path in files:
            if replace and is_folder(path):
                # Checked first, because a later rename would fail after others have succeeded.
                raise IsADirectoryError(EISDIR, "is a folder")
        for path, content in files.items():
            _write_flushed(temporary[path], content, in_use)
        for path in files:
            if replace:
                temporary[path].replace(path)
            else:
                _name_new(temporary[path], path)
                created.append(path)
        created.clear()
    except FileExistsError:
        raise
    except OSError as error:
        raise failure(path, error) from error
    finally:
        # Also after an interrupt, when only some files have been renamed.
        for left in (*created, *temporary.values()):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        in_use.close()


def remove_leftovers(folder: Path, *, alone: bool = False) -> None:
    """Remove incomplete files that killed processes of this user left in a folder.

    Parameters
    ----------
    folder : Path
    alone : bool
        Whether no other process writes to the folder; then leftovers are removed even if the file
        system has no locks.
    """
    if not (HAVE_LOCKS or alone):
        return
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_if_left(entry)


def _remove_if_left(entry: os.DirEntry[str]) -> None:
    facts = entry.stat(follow_symlinks=False)
    if stat.S_ISREG(facts.st_mode) and (not HAVE_LOCKS or facts.st_uid == os.getuid()):
        with locked(entry.path):
            Path(entry.path).unlink()


@lru_cache(maxsize=1000)
def _clean_once(folder: Path) -> None:
    """Remove leftovers from a folder the first time this process writes to it."""
    remove_leftovers(folder)


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False for paths that are too long."""
    try:
        return path.is_dir()
    except OSError:
        return False


def failure(path: Path, error: OSError) -> OutputError:
    """Return an error that says why a file cannot be written, with a remedy."""
    folder = path.parent
    if not os.path.lexists(folder):
        return WrongPathError(f"{path}: the folder {folder} does not exist; create it first")
    if not is_folder(folder):
        return WrongPathError(f"{path}: {folder} is not a folder; choose another path")
    if is_folder(path):
        return WrongPathError(f"{path}: is a folder; give the name of a file")
    reason = error.strerror or error
    return OutputError(f"{path}: cannot be written: {reason}; {write_remedy(error)}")


def _write_flushed(path: Path, content: bytes, in_use: ExitStack) -> None:
    """Write a new file and keep it locked until `in_use` is closed."""
    with open(path, "xb") as file:
        if HAVE_LOCKS:
            handle = os.dup(file.fileno())
            in_use.callback(os.close, handle)
            lock_open(handle)
            if not path.exists():
                # Before it was locked, another process took it for a leftover and removed it.
                _write_flushed(path, content, in_use)
                return
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name_new(path: Path, name: Path) -> None:
    """Rename a file unless the name exists; hard links, unlike renames, never overwrite."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        # File systems without hard links: claim the name with an empty file, then replace that.
        with open(name, "xb"):
            pass
        try:
            path.replace(name)
        except OSError:
            name.unlink()
            raise
