"""Folders of pictures: which pictures there are, and what label each has."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import NamedTuple

from mnistseq.errors import SourceError
from mnistseq.imaging.decode import BrokenImageError
from mnistseq.sources.banks.labels import normal

PICTURES = frozenset(
    (".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)
_SPLITS = ("train", "val", "valid", "validation", "test")

_MOST_BYTES = 2**29
"""Of a picture file: more than a picture of the most pixels takes without any compression."""


class File(NamedTuple):
    """A picture file: its place below the root in parts, its bytes, when it was changed."""

    parts: tuple[str, ...]
    size: int
    changed: int


class Picture(NamedTuple):
    """A picture file and its label."""

    file: File
    label: str

    @property
    def name(self) -> str:
        """Its place below the root, for messages."""
        return "/".join(self.file.parts)


class Tree:
    """A folder, or a zip archive of one, with files in it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.links = 0
        self._archive: zipfile.ZipFile | None = None
        self._lock = Lock()

    def open(self) -> AbstractContextManager[object]:
        """What has to stay open while files are read."""
        try:
            if self.place.is_dir():
                return nullcontext()
            self._archive = zipfile.ZipFile(self.place)
        except FileNotFoundError:
            raise SourceError(f"{self.place}: there is no such folder or zip archive") from None
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise SourceError(
                f"{self.place}: neither a folder nor a zip archive: {error}"
            ) from None
        return self._archive

    def pictures(self) -> list[File]:
        """The picture files, in an order that no file system decides."""
        return sorted(self._members() if self._archive else self._walk())

    def read(self, file: File) -> bytes:
        """The bytes of a picture; BrokenImageError if they cannot be had."""
        if file.size > _MOST_BYTES:
            raise BrokenImageError(f"too large: {file.size} bytes")
        try:
            if self._archive is not None:
                # In some Pythons threads that open members at once disturb one another: 3.13.0 takes
                # where one has got to for another's place, and tells of a zip bomb.
                with self._lock:
                    return self._archive.read("/".join(file.parts))
            return self.place.joinpath(*file.parts).read_bytes()
        except OSError as error:
            raise BrokenImageError(f"cannot be read: {error.strerror or error}") from None
        # What zipfile raises on damaged, encrypted and strangely named members.
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, LookupError) as error:
            raise BrokenImageError(f"cannot be read: {error}") from None

    def _walk(self) -> Iterator[File]:
        waiting: list[tuple[str, tuple[str, ...]]] = [(str(self.place), ())]
        while waiting:
            folder, base = waiting.pop()
            try:
                # One call gives names, kinds and, where needed, sizes: a million files take seconds.
                with os.scandir(folder) as entries:
                    for entry in entries:
                        # Links are not followed: they may lead round in circles, or out of the set.
                        if entry.is_symlink():
                            self.links += 1
                        elif _is_hidden(entry.name):
                            continue
                        elif entry.is_dir(follow_symlinks=False):
                            waiting.append((entry.path, (*base, entry.name)))
                        elif _is_picture(entry.name) and entry.is_file(follow_symlinks=False):
                            facts = entry.stat(follow_symlinks=False)
                            yield File((*base, entry.name), facts.st_size, facts.st_mtime_ns)
            except OSError as error:
                raise SourceError(f"{folder}: cannot be read: {error.strerror or error}") from error

    def _members(self) -> Iterator[File]:
        changed = self.place.stat().st_mtime_ns
        for member in self._archive.infolist() if self._archive else ():
            parts = PurePosixPath(member.filename).parts
            if not member.is_dir() and _is_picture(parts[-1]) and not any(map(_is_hidden, parts)):
                yield File(parts, member.file_size, changed)


def find_pictures(tree: Tree, split: str) -> list[Picture]:
    """The pictures of a split with their labels.

    The path is ``[split/]label[/…]/picture.png``. Folders below one another
    make one label, as in ``Balinese/character01``. One folder around all
    others, as archives have, is passed over.

    Raises
    ------
    SourceError
        If there are none, if the split is not there, or a picture has no label.
    """
    files = tree.pictures()
    if not files:
        links = f"; {tree.links} links are not followed" if tree.links else ""
        raise SourceError(
            f"{tree.place}: there are no pictures in it ({', '.join(sorted(PICTURES))}){links}"
        )
    root = _root(tree, files, split)
    labels: dict[tuple[str, ...], str] = {}
    pictures = []
    for file in files:
        folder = file.parts[:-1]
        if folder[: len(root)] != root:
            continue
        if folder not in labels:
            labels[folder] = _label(tree, file, len(root))
        pictures.append(Picture(file, labels[folder]))
    return pictures


def _root(tree: Tree, files: list[File], split: str) -> tuple[str, ...]:
    """The folder that holds the labels of a split."""
    for base in ((), _wrapping(files)):
        splits = _splits(files, len(base))
        if split in splits:
            return (*base, split)
        others = splits.intersection(_SPLITS)
        if others:
            raise SourceError(
                f"{tree.place}: there is no split {split!r} in it; there is "
                f"{', '.join(sorted(others))}"
            )
    if split != "train":
        raise SourceError(
            f"{tree.place}: there is no folder {split!r} in it. Without such folders all pictures "
            "are in train"
        )
    return _wrapping(files)


def _splits(files: list[File], depth: int) -> set[str]:
    """The folders at a depth that may be splits: those with folders in them.

    So ``train`` beside ``car`` and ``bus`` is a label, with pictures in it.
    """
    folders = {file.parts[depth] for file in files if len(file.parts) > depth + 1}
    if folders.issubset(_SPLITS):
        return folders
    return {file.parts[depth] for file in files if len(file.parts) > depth + 2}


def _wrapping(files: list[File]) -> tuple[str, ...]:
    """The one folder around everything, if there is one and every picture has a label in it."""
    top = files[0].parts[0]
    alike = all(len(file.parts) > 2 and file.parts[0] == top for file in files)
    return (top,) if alike else ()


def _label(tree: Tree, file: File, skip: int) -> str:
    label = "/".join(file.parts[skip:-1])
    if not label:
        raise SourceError(
            f"{tree.place.joinpath(*file.parts)}: stands in no folder that would be its label; "
            "put it into one"
        )
    # One file system gives é as one character, another as two: the label must not hang on it.
    return normal(label)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _is_picture(name: str) -> bool:
    return "." in name and f".{name.rpartition('.')[2].lower()}" in PICTURES
