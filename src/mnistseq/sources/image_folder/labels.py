"""Find the pictures of a split, labelled by the folders that they are in."""

from __future__ import annotations

from typing import NamedTuple

from mnistseq.errors import MissingSourceError, SourceError
from mnistseq.imaging.picture_files import SUFFIXES
from mnistseq.messages import listed, plural
from mnistseq.sources.banks.labels import normal
from mnistseq.sources.banks.split_names import known_split, requested_split
from mnistseq.sources.image_folder.files import LabelledPicture, PictureFile, Tree

_LISTED = 5


class FoundPictures(NamedTuple):
    """Pictures with their labels, and warnings about possible mistakes."""

    pictures: list[LabelledPicture]
    warnings: tuple[str, ...] = ()


class _Root(NamedTuple):
    """The folder of the labels or splits, and the folders of the splits."""

    folder: tuple[str, ...]
    splits: dict[str, str]


def find_pictures(tree: Tree, split: str) -> FoundPictures:
    """Return the pictures of a split with their labels.

    Paths are ``[split/]label[/…]/picture.png``. Nested folders form one label, as in
    ``Balinese/character01``. A single folder around all others, as in many archives, is ignored.
    Pictures beside the folders of labels are skipped, because they have no label.

    SourceError if there are no pictures or no such split, or if no picture has a label.
    """
    files = all_pictures(tree)
    root = _root(tree, files, split)
    labels: dict[tuple[str, ...], str] = {}
    pictures, strays = [], []
    for file in files:
        folder = file.parts[:-1]
        if folder == root[: len(folder)]:
            strays.append(file)
        elif folder[: len(root)] == root:
            # File systems store é as one character or two; the label must not depend on that.
            label = labels.setdefault(folder, normal("/".join(folder[len(root) :])))
            pictures.append(LabelledPicture(file, label))
    if not pictures:
        raise SourceError(
            f"{tree.path.joinpath(*strays[0].parts)}: is not in a folder that would be its label; "
            "move it into one, or name a file of labels in source.parameters.labels"
        )
    return FoundPictures(
        pictures, (*_stray_warnings(tree, strays), *_split_warnings(tree, files, root))
    )


def find_splits(tree: Tree) -> tuple[str, ...]:
    """Return the splits that have folders, out of ``test``, ``train`` and ``val``."""
    return tuple(sorted(_splits_below_root(tree, all_pictures(tree)).splits))


def all_pictures(tree: Tree) -> list[PictureFile]:
    """Return all picture files; SourceError if there are none."""
    files = tree.pictures()
    if not files:
        links = f"; {plural(tree.links, 'link')} not followed" if tree.links else ""
        raise SourceError(
            f"{tree.path}: contains no pictures ({', '.join(sorted(SUFFIXES))}){links}"
        )
    return files


def without_splits(tree: Tree, split: str) -> None:
    """Raise SourceError for a split other than train in a folder without splits."""
    if requested_split(split) != "train":
        raise SourceError(
            f"{tree.path}: has no folder {split!r}. Without folders for splits, all pictures are "
            "in train"
        )


def _root(tree: Tree, files: list[PictureFile], split: str) -> tuple[str, ...]:
    """Return the folder that contains the labels of a split."""
    base, splits = _splits_below_root(tree, files)
    wanted = requested_split(split)
    if wanted in splits:
        return (*base, splits[wanted])
    if splits:
        raise MissingSourceError(
            f"{tree.path}: has no split {split!r}; it has {listed(sorted(splits))}"
        )
    if known_split(split) is None:
        # A config may give a split of any name.
        for above in ((), _wrapping(files)):
            if split in _folders(files, above, containing_folders=True):
                return (*above, split)
    without_splits(tree, split)
    return base


def _splits_below_root(tree: Tree, files: list[PictureFile]) -> _Root:
    """Return the folder that contains the splits or, without splits, the labels."""
    for base in ((), _wrapping(files)):
        splits = _split_folders(tree, files, base)
        if splits:
            break
    return _Root(base, splits)


def _split_folders(tree: Tree, files: list[PictureFile], base: tuple[str, ...]) -> dict[str, str]:
    """Return split → folder if every folder below `base` is a split and contains folders.

    This makes ``train`` beside ``car`` and ``bus`` a label.
    """
    folders = _folders(files, base)
    if folders != _folders(files, base, containing_folders=True):
        return {}
    splits: dict[str, str] = {}
    for folder in sorted(folders):
        split = known_split(folder)
        if split is None:
            return {}
        if split in splits:
            raise SourceError(
                f"{tree.path}: {splits[split]} and {folder} are both the split {split}; merge them, "
                "or give the path of one of them"
            )
        splits[split] = folder
    return splits


def _folders(
    files: list[PictureFile], base: tuple[str, ...], *, containing_folders: bool = False
) -> set[str]:
    """Return the folders directly below `base` that contain pictures, or folders of pictures."""
    depth = len(base)
    least = depth + 2 + containing_folders
    return {
        file.parts[depth]
        for file in files
        if len(file.parts) >= least and file.parts[:depth] == base
    }


def _wrapping(files: list[PictureFile]) -> tuple[str, ...]:
    """Return the single folder around everything, if most pictures in it have a label."""
    inside = [file for file in files if len(file.parts) > 1]
    if not inside or any(file.parts[0] != inside[0].parts[0] for file in inside):
        return ()
    labelled = sum(len(file.parts) > 2 for file in inside)
    return inside[0].parts[:1] if 2 * labelled > len(inside) else ()


def _stray_warnings(tree: Tree, strays: list[PictureFile]) -> list[str]:
    if not strays:
        return []
    names = listed(("/".join(file.parts) for file in strays), _LISTED)
    count = plural(len(strays), "picture")
    return [f"{tree.path}: skipped {count} outside the folders of the labels: {names}"]


def _split_warnings(tree: Tree, files: list[PictureFile], root: tuple[str, ...]) -> list[str]:
    """Warn if folders with names of splits are used as labels, which is rarely intended."""
    folders = _folders(files, root)
    alleged = sorted(
        folder
        for folder in _folders(files, root, containing_folders=True)
        if known_split(folder) is not None
    )
    if not alleged:
        return []
    others = listed(sorted(folders.difference(alleged)), _LISTED)
    text = (
        f"{tree.path}: {listed(alleged, _LISTED)} became part of the labels: folders are splits only "
        f"if each is one, with folders for its labels, and {others} is not. To read one split, "
        "give the path of its folder"
    )
    return [text]
