"""Compare files with the published ones, by their MD5 or their decompressed content."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from functools import lru_cache, partial
from pathlib import Path

from mnistseq.sources.downloads.dataset import RemoteFile

_BLOCK = 1 << 20
_MAX_GROWTH = 64
"""Maximum ratio of decompressed content to published size; IDX files reach 10."""


def fault(path: Path, file: RemoteFile) -> str | None:
    """Return how a file on disk differs from the published file, or None if it does not.

    OSError if it cannot be read.
    """
    with open(path, "rb") as stream:
        start = stream.read(64)
        stream.seek(0)
        # Only the MD5 is published; it guards against damage and mix-ups, not against attacks.
        md5 = partial(hashlib.md5, usedforsecurity=False)
        found = None if file.md5 is None else hashlib.file_digest(stream, md5).hexdigest()
    if found is not None and found == file.md5:
        return None
    if start.lstrip()[:1] == b"<":
        return "it is a web page, perhaps the login page of a network"
    if found is not None and file.content is None:
        return f"its md5 is {found}, not {file.md5}"
    return _content_fault(path, file, zipped=found is None or start[:2] == b"\x1f\x8b")


def is_intact(path: Path, file: RemoteFile) -> bool:
    """Return whether a file is the published one; False if it is missing or cannot be read.

    A process reads a file once, and again if its size or time changes. Files without a published
    checksum are not read: they were checked after the download, decompressing takes seconds, and
    their source would notice damage.
    """
    try:
        facts = path.stat()
        return _is_intact(path.absolute(), file, facts.st_size, facts.st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=256)
def _is_intact(path: Path, file: RemoteFile, _size: int, _changed: int) -> bool:
    return file.md5 is None or fault(path, file) is None


def _content_fault(path: Path, file: RemoteFile, *, zipped: bool) -> str | None:
    """Return what is wrong with the content of a file, whose hash may be known."""
    # Limited, because a hostile gzip file of a megabyte unpacks to a gigabyte.
    limit = _MAX_GROWTH * max(file.size, _BLOCK)
    digest, length = hashlib.sha256(), 0
    try:
        with gzip.open(path) if zipped else open(path, "rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                length += len(block)
                if length > limit:
                    return f"its content is longer than {limit} bytes"
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return f"its gzip data is damaged: {error}"
    if file.content in {None, digest.hexdigest()}:
        return None
    return f"the sha256 of its content is {digest.hexdigest()}, not {file.content}"
