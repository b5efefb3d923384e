"""Comparing files with what was published: by their md5, or by their decompressed content."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from mnistseq.sources.downloads.dataset import RemoteFile

_BLOCK = 1 << 20
_MAX_GROWTH = 64
"""The most that decompressed content may exceed the published size; IDX files reach 10."""


def fault(path: Path, file: RemoteFile) -> str | None:
    """Return what is wrong with a file on disk, or None if it is the published file.

    Parameters
    ----------
    file : RemoteFile
        The published file.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with open(path, "rb") as stream:
        start = stream.read(64)
        stream.seek(0)
        # md5 is what is published; it guards against damage and mix-ups, not against attacks.
        found = None if file.md5 is None else _digest("md5", stream)
    if found is not None and found == file.md5:
        return None
    if start.lstrip()[:1] == b"<":
        return "it is a web page, perhaps the login page of a network"
    if file.md5 is None:
        return _gzip_fault(path, file)
    if file.content is None:
        return f"its md5 is {found}, not {file.md5}"
    return _content_fault(path, file)


def is_intact(path: Path, file: RemoteFile) -> bool:
    """Return whether a file is the published one; False if it is missing or cannot be read.

    A file is read once by each process, and again if its size or time changes. One without a
    published checksum is not read: it was checked when it arrived, unpacking takes seconds, and
    its source notices damage.
    """
    try:
        facts = path.stat()
        return _is_intact(path.absolute(), file, facts.st_size, facts.st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=256)
def _is_intact(path: Path, file: RemoteFile, _size: int, _changed: int) -> bool:
    return file.md5 is None or fault(path, file) is None


def _gzip_fault(path: Path, file: RemoteFile) -> str | None:
    """Return what is wrong with a gzipped file whose checksum is not known."""
    try:
        with gzip.open(path) as stream:
            length = 0
            while block := stream.read(_BLOCK):
                length += len(block)
                if length > _MAX_GROWTH * max(file.size, _BLOCK):
                    return f"its content is longer than {length - 1} bytes"
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return f"its gzip data is damaged: {error}"
    return None


def _content_fault(path: Path, file: RemoteFile) -> str | None:
    try:
        content = _content_digest(path, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return f"its gzip data is damaged: {error}"
    if content == file.content:
        return None
    return f"the sha256 of its content is {content}, not {file.content}"


def _content_digest(path: Path, file: RemoteFile) -> str:
    with open(path, "rb") as plain:
        zipped = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if zipped else plain
        # Limited, because a hostile gzip file of a megabyte unpacks to a gigabyte.
        return _digest("sha256", stream, _MAX_GROWTH * max(file.size, _BLOCK))


def _digest(kind: str, stream: IO[bytes], limit: int | None = None) -> str:
    digest = hashlib.new(kind, usedforsecurity=False)
    length = 0
    while block := stream.read(_BLOCK):
        length += len(block)
        if limit is not None and length > limit:
            return f"that of more than {limit} bytes"
        digest.update(block)
    return digest.hexdigest()
