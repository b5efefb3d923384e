"""Flush files and folders to disk, and measure their size and hash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from mnistseq.errors import OutputError, UnsafePathError
from mnistseq.formats.encoding.unexpected_files import is_by_product
from mnistseq.pipeline.store.file_names import link_refused

_BLOCK = 1 << 20

_SMALL = 1 << 20
_BLOCK_OF_STAT = 512
_MOST_COMPRESSED = 1_032
"""Ratio of a file's size to its stored blocks, above which it must be sparse; no compression of a
real file by deflate achieves more."""

_FEW = 20
"""Up to this number of files are flushed one by one."""


def fsync_and_hash(part: Path) -> tuple[int, str]:
    """Flush a file or folder to disk, then measure it.

    OutputError if a file has a name that `measure` ignores.
    """
    if not part.is_dir():
        _flush_file(part)
        return measure(part)
    files = files_in(part)
    for name, _ in files:
        if is_by_product(name):
            raise OutputError(
                f"{name}: a shard cannot contain a file of this name, because other programs leave "
                "such files behind; the format has to give it another name"
            )
    if len(files) <= _FEW or not _flush_file_system(part):
        for _, file in files:
            _flush_file(file)
        flush_folder(part)
    return _measure_files(files)


def measure(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file or, for a folder, of the names and hashes of its files.

    By-products of other programs, such as ``.DS_Store``, are ignored.
    """
    return _measure_files(_counted(path)) if path.is_dir() else _measure_file(path)


def _measure_files(files: list[tuple[str, Path]]) -> tuple[int, str]:
    digest, total = sha256(), 0
    for name, file in files:
        size, inner_hash = _measure_file(file)
        digest.update(f"{name}\0{inner_hash}\n".encode())
        total += size
    return total, digest.hexdigest()


def measured_size(path: Path) -> int:
    """Return the number of bytes that `measure` would read."""
    files = [path] if not path.is_dir() else [file for _, file in _counted(path)]
    return sum(file.stat().st_size for file in files)


def describe_difference(found: tuple[int, str] | None, size: int, digest: str) -> str | None:
    """Describe how a measured file differs from its record; None if it does not."""
    if found is None:
        return "is missing"
    if found[0] != size:
        return f"has {found[0]} bytes, expected {size}"
    return None if found[1] == digest else "has the expected size, but different content"


def _counted(folder: Path) -> list[tuple[str, Path]]:
    return [(name, file) for name, file in files_in(folder) if not is_by_product(name)]


def files_in(folder: Path) -> list[tuple[str, Path]]:
    """Return all files in a folder, recursively, with their relative names.

    The order is the same on all machines. UnsafePathError if something in it is neither a file nor
    a folder. Links are not followed, because they may lead anywhere.
    """
    return sorted((file.relative_to(folder).as_posix(), file) for file in _walk(folder))


def _walk(folder: Path) -> Iterator[Path]:
    # os.walk instead of rglob, which silently skips folders that cannot be read.
    for top, folders, names in os.walk(folder, onerror=_raise):
        parent = Path(top)
        for path in (parent / name for name in folders):
            if path.is_symlink():
                refuse_special(path)
        for path in (parent / name for name in names):
            refuse_special(path)
            yield path


def refuse_special(path: Path) -> None:
    """Raise UnsafePathError for links, FIFOs, devices and sparse files.

    Raises FileNotFoundError if the path does not exist.
    """
    facts = path.lstat()
    if S_ISLNK(facts.st_mode):
        raise link_refused(path)
    if S_ISREG(facts.st_mode):
        if _consists_of_holes(path, facts):
            raise UnsafePathError(
                f"{path}: claims {facts.st_size} bytes, but hardly any of them are stored; remove it"
            )
    elif not S_ISDIR(facts.st_mode):
        raise UnsafePathError(f"{path}: is not a regular file; remove it")


def _consists_of_holes(path: Path, facts: os.stat_result) -> bool:
    """Return whether a file is sparse: far larger than its stored data, so reading it may take days."""
    if os.name != "posix" or facts.st_size <= _SMALL:
        return False
    if facts.st_blocks * _BLOCK_OF_STAT * _MOST_COMPRESSED >= facts.st_size:
        return False
    # Some file systems report no blocks. In a file without holes, SEEK_HOLE gives its end.
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.lseek(handle, 0, os.SEEK_HOLE) < facts.st_size
    except OSError:
        return False
    finally:
        os.close(handle)


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
    """Flush the names in a folder to disk; Windows does this by itself."""
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
    """Flush the file system of a folder to disk; return False if that is not possible.

    For thousands of small files this takes a hundredth of the time of flushing each. Unlike
    sync(2), it reports errors.
    """
    import ctypes

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError, TypeError):
        return False  # not Linux
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)
    return True
