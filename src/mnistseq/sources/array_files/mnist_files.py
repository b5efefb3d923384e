"""Read the four files of MNIST, whose names several data sets share."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.array_files.files import reading
from mnistseq.sources.array_files.pairs import read_pair
from mnistseq.sources.downloads.dataset import Dataset

_PREFIXES = {"train": "train", "test": "t10k"}


class MnistFiles(Source):
    """Base class for published data sets in MNIST's four files, found on this machine or downloaded."""

    dataset: ClassVar[Dataset]

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        if path is not None:
            return read_folder(Path(path), split, self.name)
        from mnistseq.sources.downloads.fetch import obtain  # not needed where a path is given

        prefix = split_prefix(split, self.name)
        images, labels = obtain(
            self.dataset, [f"{prefix}-images-idx3-ubyte.gz", f"{prefix}-labels-idx1-ubyte.gz"]
        )
        return read_pair(images, labels, self.name)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return train and test."""
        return ("train", "test")

    def terms(self) -> LicenceTerms:
        """Return the terms of the published data set."""
        return self.dataset.terms


def read_folder(folder: Path, split: str, name: str) -> GlyphBank:
    """Read one split from a folder with the four files, gzipped or not."""
    prefix = split_prefix(split, name)
    images = find_file(folder, f"{prefix}-images", "idx3-ubyte")
    labels = find_file(folder, f"{prefix}-labels", "idx1-ubyte")
    return read_pair(images, labels, name)


def split_prefix(split: str, name: str) -> str:
    """Return the prefix of a split's file names; ArgumentError for an unknown split."""
    if split not in _PREFIXES:
        raise ArgumentError(f"source {name} has no split {split!r}; it has train and test")
    return _PREFIXES[split]


def find_file(folder: Path, stem: str, kind: str) -> Path:
    """Find a file called ``stem-kind`` or ``stem.kind``, gzipped or not."""
    names = [f"{stem}{separator}{kind}{end}" for end in ("", ".gz") for separator in ("-", ".")]
    with reading(folder, "give a folder with the data set's files"):
        for name in names:
            if (folder / name).is_file():
                return folder / name
        next(folder.iterdir(), None)  # raises if this is not a readable folder
    raise SourceError(f"{folder}: contains none of {', '.join(names)}")
