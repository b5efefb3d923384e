"""MNIST's four files, under the names in which several data sets go about."""

from __future__ import annotations

from pathlib import Path

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.downloads.dataset import Dataset
from mnistseq.sources.idx import read_pair

_PREFIXES = {"train": "train", "test": "t10k"}


def read_split(dataset: Dataset, split: str, path: str | None) -> GlyphBank:
    """One split of a data set that has MNIST's form.

    Parameters
    ----------
    dataset : Dataset
    split : {'train', 'test'}
    path : str or None
        A folder with the four files; None: where they are on this machine, or
        else downloaded.
    """
    prefix = split_prefix(split, dataset.name)
    if path is not None:
        return read_folder(Path(path), split, dataset.name)
    from mnistseq.sources.downloads.fetch import obtain  # of no use to those who give a path

    images, labels = obtain(
        dataset, [f"{prefix}-images-idx3-ubyte.gz", f"{prefix}-labels-idx1-ubyte.gz"]
    )
    return read_pair(images, labels, dataset.name)


def read_folder(folder: Path, split: str, name: str) -> GlyphBank:
    """One split from a folder that holds the four files, gzipped or not."""
    prefix = split_prefix(split, name)
    images = find_file(folder, f"{prefix}-images", "idx3-ubyte")
    labels = find_file(folder, f"{prefix}-labels", "idx1-ubyte")
    return read_pair(images, labels, name)


def split_prefix(split: str, name: str) -> str:
    """What the names of a split's files begin with; ArgumentError if there is no such split."""
    if split not in _PREFIXES:
        raise ArgumentError(f"source {name} has no split {split!r}; it has train and test")
    return _PREFIXES[split]


def find_file(folder: Path, stem: str, kind: str) -> Path:
    """The file under one of the names in which it goes about."""
    names = [f"{stem}{dot}{kind}{end}" for end in ("", ".gz") for dot in ("-", ".")]
    try:
        for name in names:
            if (folder / name).is_file():
                return folder / name
    except OSError as error:
        raise SourceError(f"{folder}: cannot be read: {error.strerror or error}") from None
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder; give one with MNIST's four files")
    raise SourceError(f"{folder}: there is none of {', '.join(names)} in it")
