"""Files and folders, measured, and held by the disk for certain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from mnistseq.errors import OutputError

_BLOCK = 1 << 20

_FEW = 20
"""Files to flush one by one."""


@contextmanager
def finding_room(title: str) -> Iterator[None]:
    """Say what of a temporary file could not be kept, and how there may be room for it."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{title}: cannot be kept in a temporary file: {error.strerror or error}; have TMPDIR "
            "name a folder with room"
        ) from error


def fsync_and_hash(part: Path) -> tuple[int, str]:
    """Have the disk hold a file or folder, and then measure it."""
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
    """Bytes and SHA-256 of a file; of a folder: of the names and hashes of its files."""
    if not path.is_dir():
        return _measure_file(path)
    digest, total = sha256(), 0
    for name, file in files_in(path):
        size, inner_hash = _measure_file(file)
        digest.update(f"{name}\0{inner_hash}\n".encode())
        total += size
    return total, digest.hexdigest()


def files_in(folder: Path) -> list[tuple[str, Path]]:
    """All the files in a folder with their names there, in an order that is the same everywhere."""
    # Not rglob, which passes over what it may not look into.
    found = (
        Path(top) / name for top, _, names in os.walk(folder, onerror=_refuse) for name in names
    )
    files = (path for path in found if path.is_file())
    return sorted((file.relative_to(folder).as_posix(), file) for file in files)


def _refuse(error: OSError) -> None:
    raise error


def _measure_file(path: Path) -> tuple[int, str]:
    digest, total = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            total += len(block)
    return total, digest.hexdigest()


def flush_folder(path: Path) -> None:
    """Have the disk hold a name that was given; Windows does so by itself."""
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
    """Have the disk hold all there is on a folder's file system; False where that cannot be asked.

    For thousands of small files that takes a hundredth of the time of one after
    the other. Unlike sync(2) it says when it failed.
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
