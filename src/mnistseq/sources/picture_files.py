"""Folders of pictures: which pictures there are, and what label each has."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from threading import Lock

from mnistseq.errors import SourceError

PICTURES = frozenset(
    (".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)
_SPLITS = ("train", "val", "valid", "validation", "test")


@dataclass(frozen=True, order=True)
class Picture:
    """A picture file: its place below the root, in parts, and its label."""

    parts: tuple[str, ...]
    label: str


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

    def pictures(self) -> list[tuple[str, ...]]:
        """The picture files, in an order that no file system decides."""
        files = self._members() if self._archive else self._walk()
        return sorted(parts for parts in files if _is_picture(parts))

    def read(self, parts: tuple[str, ...]) -> bytes:
        """The bytes of a file."""
        try:
            if self._archive is not None:
                # In some Pythons threads that open members at once disturb one another: 3.13.0 takes
                # where one has got to for another's place, and tells of a zip bomb.
                with self._lock:
                    return self._archive.read("/".join(parts))
            return self.place.joinpath(*parts).read_bytes()
        except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise SourceError(f"{self.path(parts)}: cannot be read: {error}") from None

    def path(self, parts: tuple[str, ...]) -> Path:
        """Where a file is, for messages."""
        return self.place.joinpath(*parts)

    def signature(self, files: list[tuple[str, ...]]) -> str:
        """Hash that changes when a file is written, added or taken away."""
        told = sha256(str(self.place.resolve()).encode("utf-8", "replace"))
        for parts in files if self._archive is None else [()]:
            facts = self.path(parts).stat()
            line = f"{'/'.join(parts)}\0{facts.st_size}\0{facts.st_mtime_ns}\n"
            told.update(line.encode("utf-8", "replace"))
        return told.hexdigest()

    def _walk(self) -> Iterator[tuple[str, ...]]:
        # Links are not followed: they may lead round in circles, or out of the data set.
        for folder, below, files in os.walk(self.place, onerror=_raise):
            here = Path(folder)
            links = {name for name in (*below, *files) if (here / name).is_symlink()}
            self.links += len(links)
            base = here.relative_to(self.place).parts
            yield from ((*base, name) for name in files if name not in links)

    def _members(self) -> Iterator[tuple[str, ...]]:
        if self._archive is not None:
            for member in self._archive.infolist():
                if not member.is_dir():
                    yield PurePosixPath(member.filename).parts


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
    inside = [parts for parts in files if parts[: len(root)] == root]
    return [_labelled(tree, parts, len(root)) for parts in inside]


def _root(tree: Tree, files: list[tuple[str, ...]], split: str) -> tuple[str, ...]:
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


def _splits(files: list[tuple[str, ...]], depth: int) -> set[str]:
    """The folders at a depth that may be splits: those with folders in them.

    So ``train`` beside ``car`` and ``bus`` is a label, with pictures in it.
    """
    folders = {parts[depth] for parts in files if len(parts) > depth + 1}
    if folders.issubset(_SPLITS):
        return folders
    return {parts[depth] for parts in files if len(parts) > depth + 2}


def _wrapping(files: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The one folder around everything, if there is one and every picture has a label in it."""
    top = files[0][0]
    return (top,) if all(len(parts) > 2 and parts[0] == top for parts in files) else ()


def _labelled(tree: Tree, parts: tuple[str, ...], skip: int) -> Picture:
    label = "/".join(parts[skip:-1])
    if not label:
        raise SourceError(
            f"{tree.path(parts)}: stands in no folder that would be its label; put it into one"
        )
    # One file system gives é as one character, another as two: the label must not hang on it.
    return Picture(parts, unicodedata.normalize("NFC", label))


def _is_picture(parts: tuple[str, ...]) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and PurePosixPath(parts[-1]).suffix.lower() in PICTURES


def _raise(error: OSError) -> None:
    raise SourceError(f"{error.filename}: cannot be read: {error.strerror or error}") from error
