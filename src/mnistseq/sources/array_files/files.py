"""Read and hash files, with uniform error messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from mnistseq.errors import MissingSourceError, SourceError
from mnistseq.messages import unreadable

DEFLATE_LIMIT = 1032
"""Maximum compression ratio of deflate (zlib's technical notes)."""


@contextmanager
def reading(path: Path, hint: str = "") -> Iterator[None]:
    """Convert errors of the file system to a SourceError that names `path` and ends with `hint`.

    Pipes and devices are also errors, because reading them may never end.
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
