"""Whether a file is what was published: by its md5, or by its decompressed content."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from mnistseq.sources.banks.cache import cache_folder
from mnistseq.sources.downloads.dataset import RemoteFile

_BLOCK = 1 << 20
_MOST = 64
"""How often the published size decompressed content may be: IDX files reach 10."""


def fault(path: Path, file: RemoteFile) -> str | None:
    """What is wrong with a file on disk; None if it is what was published.

    Parameters
    ----------
    path : Path
    file : RemoteFile
        What it should be.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with open(path, "rb") as stream:
        start = stream.read(64)
        stream.seek(0)
        # A guard against damage and mix-ups, and all that is published: not a secret to keep.
        packed = _digest("md5", stream)
    if packed == file.md5:
        return None
    if start.lstrip()[:1] == b"<":
        return "it is a web page, perhaps the login page of a network"
    if file.content is None:
        return f"its md5 is {packed}, not {file.md5}"
    return _content_fault(path, file)


def _content_fault(path: Path, file: RemoteFile) -> str | None:
    try:
        content = _content_digest(path, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return f"its gzip data is damaged: {error}"
    if content == file.content:
        return None
    return f"the sha256 of its content is {content}, not {file.content}"


def is_good(path: Path, file: RemoteFile) -> bool:
    """Whether a file is there and right; read in full only if it changed since it was last.

    A file that cannot be read is as good as none.
    """
    try:
        stamp = _stamp(path, file)
        if stamp.exists():
            return True
        if fault(path, file) is not None:
            return False
    except OSError:
        return False
    _put(stamp)
    return True


def remember(path: Path, file: RemoteFile) -> None:
    """Note that a file was found right, so that `is_good` need not read it again."""
    with suppress(OSError):
        _put(_stamp(path, file))


def _digest(kind: str, stream: IO[bytes], most: int | None = None) -> str:
    digest = hashlib.new(kind, usedforsecurity=False)
    taken = 0
    while block := stream.read(_BLOCK):
        taken += len(block)
        if most is not None and taken > most:
            return f"that of more than {most} bytes"
        digest.update(block)
    return digest.hexdigest()


def _content_digest(path: Path, file: RemoteFile) -> str:
    with open(path, "rb") as plain:
        zipped = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if zipped else plain
        # Bounded, since a hostile gzip file of a megabyte unpacks to a gigabyte.
        return _digest("sha256", stream, _MOST * max(file.size, _BLOCK))


def _stamp(path: Path, file: RemoteFile) -> Path:
    """The name of an empty file that says: this one, of this size and time, was found right."""
    facts = path.stat()
    told = f"{path.resolve()}\0{facts.st_size}\0{facts.st_mtime_ns}\0{file.md5}\0{file.content}"
    return cache_folder() / "verified" / hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _put(stamp: Path) -> None:
    with suppress(OSError):  # without a cache it is read again the next time, and nothing else
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
