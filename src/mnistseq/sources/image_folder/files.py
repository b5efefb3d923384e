"""List and read the picture files in a folder or a zip archive."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import NamedTuple

from mnistseq.errors import SourceError
from mnistseq.imaging.decode import MAX_BYTES, BrokenImageError
from mnistseq.imaging.picture_files import is_hidden, is_picture
from mnistseq.messages import unreadable
from mnistseq.sources.array_files.files import reading


class PictureFile(NamedTuple):
    """A picture file: the parts of its path below the root, its size in bytes, and its mtime."""

    parts: tuple[str, ...]
    size: int
    changed: int


class LabelledPicture(NamedTuple):
    """A picture file and its label."""

    file: PictureFile
    label: str

    @property
    def name(self) -> str:
        """Path relative to the root, for messages."""
        return "/".join(self.file.parts)


class Tree:
    """A folder of files, or a zip archive of such a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.links: int = 0
        self._archive: zipfile.ZipFile | None = None
        self._lock = Lock()

    def open(self) -> AbstractContextManager[object]:
        """Return a context within which files can be read."""
        try:
            with reading(self.path):
                if self.path.is_dir():
                    return nullcontext()
                self._archive = zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise SourceError(f"{self.path}: neither a folder nor a zip archive: {error}") from None
        return self._archive

    def pictures(self) -> list[PictureFile]:
        """Return all picture files, in an order independent of the file system."""
        return sorted(self._members() if self._archive else self._walk())

    def read(self, file: PictureFile) -> bytes:
        """Return the content of a file.

        BrokenImageError if the file is too large, or damaged in the archive. SourceError if the
        file system cannot read it.
        """
        if file.size > MAX_BYTES:
            raise BrokenImageError(f"too large: {file.size} bytes")
        path = self.path.joinpath(*file.parts)
        if self._archive is None:
            with reading(path):
                return path.read_bytes()
        try:
            # Opening members in several threads is not safe in all versions of Python: 3.13.0
            # confuses their positions and reports a zip bomb.
            with self._lock:
                return self._archive.read("/".join(file.parts))
        except OSError as error:
            raise SourceError(unreadable(path, error)) from None
        # Errors of zipfile for damaged, encrypted and oddly named members.
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, LookupError) as error:
            raise BrokenImageError(f"cannot be read: {error}") from None

    def _walk(self) -> Iterator[PictureFile]:
        waiting: list[tuple[str, tuple[str, ...]]] = [(str(self.path), ())]
        while waiting:
            folder, base = waiting.pop()
            # scandir gives names, types and sizes in one call, so a million files take seconds.
            with reading(Path(folder)), os.scandir(folder) as entries:
                for entry in entries:
                    # Links are not followed, because they may be circular or lead elsewhere.
                    if entry.is_symlink():
                        self.links += 1
                    elif is_hidden(entry.name):
                        continue
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, (*base, entry.name)))
                    elif is_picture(entry.name) and entry.is_file(follow_symlinks=False):
                        facts = entry.stat(follow_symlinks=False)
                        yield PictureFile((*base, entry.name), facts.st_size, facts.st_mtime_ns)

    def _members(self) -> Iterator[PictureFile]:
        changed = self.path.stat().st_mtime_ns
        for member in self._archive.infolist() if self._archive else ():
            parts = PurePosixPath(member.filename).parts
            if not member.is_dir() and is_picture(parts[-1]) and not any(map(is_hidden, parts)):
                yield PictureFile(parts, member.file_size, changed)


def listing_digest(tree: Tree, pictures: list[LabelledPicture]) -> str:
    """Hash the paths, labels, sizes and times of all pictures, without reading any.

    This is the key of the cache, because reading a hundred gigabytes takes minutes, but listing
    them only seconds.
    """
    digest = sha256(str(tree.path.resolve()).encode("utf-8", "surrogateescape"))
    for file, label in pictures:
        line = f"{'/'.join(file.parts)}\0{label}\0{file.size}\0{file.changed}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
