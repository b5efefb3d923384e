"""The bytes of files and their hashes, with one wording for what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from mnistseq.errors import MissingSourceError, SourceError
from mnistseq.messages import unreadable

DEFLATE_LIMIT = 1032
"""The most that a deflate stream grows when it is unpacked (zlib's technical notes)."""


@contextmanager
def reading(path: Path, hint: str = "") -> Iterator[None]:
    """Turn errors of the file system into a SourceError that names `path` and ends with `hint`.

    A pipe or a device, from which reading may never end, is an error, too.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise SourceError(f"{path}: is a device or a pipe; give a file")
        yield
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        kind = MissingSourceError if missing else SourceError
        raise kind(unreadable(path, error) + (hint and f"; {hint}")) from None


def content_digest(path: Path) -> bytes:
    """Hash a file's content without holding all of it in memory."""
    with reading(path), open(path, "rb") as file:
        return file_digest(file, "sha256").digest()


def read_bytes(path: Path, digest: bytes | None = None) -> bytes:
    """Return a file's content; SourceError if it cannot be read or its hash is not `digest`."""
    with reading(path):
        content = path.read_bytes()
    if digest is not None and sha256(content).digest() != digest:
        raise SourceError(f"{path}: the content has changed; try again, or get the file again")
    return content
