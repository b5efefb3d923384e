"""csv: tables of pixels, as MNIST is often shared: a label and 784 numbers in each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, ClassVar

from mnistseq.config.constraints import NotEmpty, Range
from mnistseq.config.sections import MAX_HEIGHT
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import MissingSourceError
from mnistseq.messages import listed
from mnistseq.sources.array_files.conversion import to_codes, to_pixels
from mnistseq.sources.array_files.files import content_digest, reading
from mnistseq.sources.array_files.orientation import (
    POLARITY_HELP,
    TRANSPOSE_HELP,
    Polarity,
    stored_size,
    upright_ink,
)
from mnistseq.sources.array_files.pixel_table import read_pixel_table
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.banks.split_names import requested_split, split_among, words_of
from mnistseq.sources.user_files import UserFiles

_VERSION = "csv 1"
"""Part of the cache key; increase it when tables are read differently."""

_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")


@dataclass(frozen=True)
class PixelCsv(UserFiles):
    """A CSV file with an image in each row: its label, and a number for each pixel.

    The path of the source is the file, or a folder with a file for each split, such
    as mnist_train.csv. Pixels are from 0 to 255, or from 0 to 1. Labels are numbers
    or strings. Files may have a header, semicolons or tabs, and be gzipped.

    Parameters
    ----------
    label : str, optional
        Name or number, from 1, of the column of labels. By default the one called label, class,
        target, y, digit or character; without a header, the first.
    height, width : int, optional
        Size of the images; by default they are square.
    transpose : bool
        Whether images are stored column by column, as EMNIST's are.
    polarity : {'light-on-dark', 'dark-on-light'}
        Polarity of ink and background in the images.
    """

    name: ClassVar[str] = "csv"
    needs: ClassVar[str] = "the file, or a folder with a file for each split"

    label: Annotated[str, NotEmpty()] | None = field(
        default=None, metadata={"help": "name or number of the column of labels"}
    )
    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = field(
        default=None, metadata={"help": "of the images; by default they are square"}
    )
    width: Annotated[int, Range(1, MAX_HEIGHT)] | None = field(
        default=None, metadata={"help": "of the images; by default they are square"}
    )
    transpose: bool = field(default=False, metadata={"help": TRANSPOSE_HELP})
    polarity: Polarity = field(default="light-on-dark", metadata={"help": POLARITY_HELP})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split; if the path is a file, all splits are the same."""
        file = _find(self.required(path), split)
        display_name = f"{self.name} {file.name}"

        def make() -> GlyphBank:
            table = read_pixel_table(file, self.label)
            size = stored_size(self.height, self.width, transpose=self.transpose)
            pixels = to_pixels(table.values, str(file), *size)
            codes, alphabet = to_codes(table.labels, str(file))
            pixels = upright_ink(pixels, transpose=self.transpose, polarity=self.polarity)
            return GlyphBank(pixels, codes, alphabet, name=display_name)

        look = (self.label, self.height, self.width, self.transpose, self.polarity)
        key = sha256(f"{_VERSION} {content_digest(file).hex()} {look}".encode()).hexdigest()
        return cached_bank(key, display_name, make)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the splits that occur in the names of files in the folder."""
        folder = self.required(path)
        found = {_split_of(name) for name in _tables(folder)} if folder.is_dir() else set()
        return tuple(sorted(split for split in found if split is not None))


def _find(path: Path, split: str) -> Path:
    """Return the file of a split."""
    with reading(path):
        path.stat()
    if not path.is_dir():
        return path
    tables = _tables(path)
    wanted = requested_split(split)
    chosen = [name for name in tables if _split_of(name) == wanted or wanted in words_of(name)]
    if not chosen and len(tables) == 1 and _split_of(tables[0]) is None:
        chosen = tables
    if len(chosen) != 1:
        found = listed(chosen or tables) or "no CSV files"
        several = "several files" if chosen else "no file"
        raise MissingSourceError(
            f"{path}: has {several} of the split {split!r}; it has {found}. Give the path of a file"
        )
    return path / chosen[0]


def _tables(folder: Path) -> list[str]:
    with reading(folder):
        return sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.name.lower().endswith(_SUFFIXES) and entry.is_file()
        )


def _split_of(name: str) -> str | None:
    return split_among(words_of(name))
