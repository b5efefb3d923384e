"""Read the members of tar archives as written by mnistseq or GNU tar.

Python's tarfile is not safe for untrusted archives: it follows sizes that lead backwards, reads
headers of any length, and supports many kinds of members that samples never need.

Source: POSIX.1-2001 pax, "ustar Interchange Format" and "pax Header Block".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mnistseq.formats.encoding.plain_files import check_size

_BLOCK = 512
_LONGEST_HEADER = 1 << 16
"""Maximum size of an extended header, whose longest content are names."""

_REGULAR = (b"0", b"\0")
_LONG_NAME, _EXTENDED, _GLOBAL = b"L", b"x", b"g"
_OCTAL = re.compile(rb" *([0-7]+)[ \0]*")


class Member(NamedTuple):
    """A member of an archive: name, whether it is a regular file, and position of its content."""

    name: str
    regular: bool
    offset: int
    size: int

    def read(self, file: BinaryIO) -> bytes:
        """Return the content; ValueError if it is not a regular file, too large or truncated."""
        if not self.regular:
            raise ValueError(f"{self.name!r} is not a regular file")
        check_size(self.name, self.size)
        file.seek(self.offset)
        content = file.read(self.size)
        if len(content) < self.size:
            raise ValueError(f"{self.name!r} is cut off")
        return content


def members_of(path: Path) -> Iterator[Member]:
    """Yield the members of an archive in order; ValueError if a header is damaged."""
    with path.open("rb") as file:
        own: dict[bytes, bytes] = {}
        while True:
            header = file.read(_BLOCK)
            if not header.strip(b"\0"):
                return
            _check_sum(header)
            kind, offset = header[156:157], file.tell()
            size = _number(header[124:136])
            if kind in (_LONG_NAME, _EXTENDED, _GLOBAL):
                if size > _LONGEST_HEADER:
                    raise ValueError(f"an extended header has {size} bytes")
                content = file.read(size)
                if kind == _LONG_NAME:
                    own[b"path"] = content.rstrip(b"\0")
                elif kind == _EXTENDED:
                    own |= _records(content)
            else:
                name = own.get(b"path") or _name(header)
                regular = kind in _REGULAR and not any(key.startswith(b"GNU.sparse") for key in own)
                yield Member(name.decode("utf-8", "replace"), regular, offset, size)
                own = {}
            file.seek(offset + size + -size % _BLOCK)


def _check_sum(header: bytes) -> None:
    expected = sum(header[:148]) + sum(b" " * 8) + sum(header[156:])
    if len(header) < _BLOCK or _number(header[148:156]) != expected:
        raise ValueError("a header of the archive is damaged")


def _number(field: bytes) -> int:
    """Parse an octal number."""
    found = _OCTAL.fullmatch(field)
    if found is None:
        raise ValueError(f"{field[:20]!r} is not a number in an archive")
    return int(found[1], 8)


def _name(header: bytes) -> bytes:
    name, prefix = (part.partition(b"\0")[0] for part in (header[:100], header[345:500]))
    return prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name


def _records(content: bytes) -> dict[bytes, bytes]:
    """Parse ``LENGTH KEY=VALUE`` lines; a length counts the whole line."""
    records = {}
    while content:
        length, _, _ = content[:8].partition(b" ")
        if not length.isdigit() or not len(length) + 3 <= int(length) <= len(content):
            raise ValueError("an extended header of the archive is damaged")
        key, _, value = content[len(length) + 1 : int(length) - 1].partition(b"=")
        records[key] = value
        content = content[int(length) :]
    if b"size" in records:
        raise ValueError("a member of the archive is too large")
    return records
