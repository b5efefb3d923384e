"""Which pictures belong to a split, and the label of each: the folder that it is in."""

from __future__ import annotations

from mnistseq.errors import SourceError
from mnistseq.sources.banks.labels import normal
from mnistseq.sources.image_folder.files import SUFFIXES, File, Picture, Tree

_SPLITS = ("train", "val", "valid", "validation", "test")


def find_pictures(tree: Tree, split: str) -> list[Picture]:
    """Return the pictures of a split with their labels.

    Paths are ``[split/]label[/…]/picture.png``. Nested folders make one label, as in
    ``Balinese/character01``. A single folder around all others, as in many archives, is ignored.

    Raises
    ------
    SourceError
        If there are no pictures or no such split, or if a picture has no label.
    """
    files = tree.pictures()
    if not files:
        links = f"; {tree.links} links are not followed" if tree.links else ""
        raise SourceError(
            f"{tree.path}: contains no pictures ({', '.join(sorted(SUFFIXES))}){links}"
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
    """Return the folder that contains the labels of a split."""
    for base in ((), _wrapping(files)):
        splits = _splits(files, len(base))
        if split in splits:
            return (*base, split)
        others = splits.intersection(_SPLITS)
        if others:
            raise SourceError(
                f"{tree.path}: has no split {split!r}; it has {', '.join(sorted(others))}"
            )
    if split != "train":
        raise SourceError(
            f"{tree.path}: has no folder {split!r}. Without folders for splits, all pictures are "
            "in train"
        )
    return _wrapping(files)


def _splits(files: list[File], depth: int) -> set[str]:
    """Return the folders at a depth that may be splits: those that contain folders.

    So ``train`` next to ``car`` and ``bus``, with pictures in it, is a label.
    """
    folders = {file.parts[depth] for file in files if len(file.parts) > depth + 1}
    if folders.issubset(_SPLITS):
        return folders
    return {file.parts[depth] for file in files if len(file.parts) > depth + 2}


def _wrapping(files: list[File]) -> tuple[str, ...]:
    """Return the folder around everything, if there is one and every picture in it has a label."""
    top = files[0].parts[0]
    wrapped = all(len(file.parts) > 2 and file.parts[0] == top for file in files)
    return (top,) if wrapped else ()


def _label(tree: Tree, file: File, skip: int) -> str:
    label = "/".join(file.parts[skip:-1])
    if not label:
        raise SourceError(
            f"{tree.path.joinpath(*file.parts)}: is not in a folder that would be its label; "
            "move it into one"
        )
    # File systems write é as one character or as two; the label must not depend on that.
    return normal(label)
