"""Files and folders: their size and hash, and flushing them to disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.store.names import link_refused

_BLOCK = 1 << 20

_FEW = 20
"""Up to this many files are flushed one by one."""


def fsync_and_hash(part: Path) -> tuple[int, str]:
    """Flush a file or folder to disk, and then measure it."""
    if not part.is_dir():
        _flush_file(part)
        return measure(part)
    files = files_in(part)
    if len(files) <= _FEW or not _flush_file_system(part):
        for _, file in files:
            _flush_file(file)
        flush_folder(part)
    return measure(part)


def measure(path: Path) -> tuple[int, str]:
    """Return bytes and SHA-256 of a file; for a folder, of the names and hashes of its files."""
    if not path.is_dir():
        return _measure_file(path)
    digest, total = sha256(), 0
    for name, file in files_in(path):
        size, inner_hash = _measure_file(file)
        digest.update(f"{name}\0{inner_hash}\n".encode())
        total += size
    return total, digest.hexdigest()


def files_in(folder: Path) -> list[tuple[str, Path]]:
    """Return all files in a folder, at every depth, with their names relative to it.

    The order is the same on every machine.

    Raises
    ------
    UnsafePathError
        If something in it is neither a file nor a folder. Links are not followed,
        because they may lead anywhere.
    """
    return sorted((file.relative_to(folder).as_posix(), file) for file in _walk(folder))


def _walk(folder: Path) -> Iterator[Path]:
    # os.walk instead of rglob, which silently skips folders that cannot be read.
    for top, folders, names in os.walk(folder, onerror=_raise):
        for name in folders:
            if (Path(top) / name).is_symlink():
                refuse_special(Path(top) / name)
        for name in names:
            refuse_special(Path(top) / name)
            yield Path(top) / name


def refuse_special(path: Path) -> None:
    """Raise UnsafePathError for links, FIFOs and devices; FileNotFoundError if nothing exists."""
    mode = path.lstat().st_mode
    if S_ISLNK(mode):
        raise link_refused(path)
    if not S_ISREG(mode) and not S_ISDIR(mode):
        raise UnsafePathError(f"{path}: is not a regular file; remove it")


def _raise(error: OSError) -> None:
    raise error


def _measure_file(path: Path) -> tuple[int, str]:
    digest, total = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            total += len(block)
    return total, digest.hexdigest()


def flush_folder(path: Path) -> None:
    """Flush the names in a folder to disk; on Windows this happens without being asked."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _flush_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _flush_file_system(folder: Path) -> bool:
    """Flush the whole file system of a folder to disk; return False where that is not possible.

    For thousands of small files this takes a hundredth of the time of flushing
    one after the other. Unlike sync(2), it reports failure.
    """
    import ctypes

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError, TypeError):
        return False  # this is not Linux
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)
    return True
