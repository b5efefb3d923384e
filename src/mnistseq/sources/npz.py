"""npz: images and labels as NumPy arrays, in one .npz file or in two files."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, ClassVar

from mnistseq.config.constraints import NotEmpty, Range
from mnistseq.config.sections import MAX_HEIGHT
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.sources.array_files.conversion import to_codes, to_pixels
from mnistseq.sources.array_files.files import content_digest
from mnistseq.sources.array_files.named_arrays import find_arrays, splits_of
from mnistseq.sources.array_files.orientation import (
    POLARITY_HELP,
    TRANSPOSE_HELP,
    Polarity,
    stored_size,
    upright_ink,
)
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.user_files import UserFiles

_VERSION = "npz 2"
"""Part of the cache key; increase it when the conversion changes."""


@dataclass(frozen=True)
class Npz(UserFiles):
    """Arrays of images and labels, in one .npz file or in two .npz or .npy files.

    The path of the source is the file, or the folder with two files. Images are
    (N, height, width), optionally with 1 or 3 channels, or (N, pixels), with values
    from 0 to 255 or from 0 to 1. Labels are whole numbers, strings, or one-hot rows.
    Python objects are never unpickled.

    Parameters
    ----------
    images, labels : str, optional
        Names of the arrays or files; by default a pair for the split, such as x_train and
        y_train, or kmnist-train-imgs.npz and kmnist-train-labels.npz.
    height, width : int, optional
        Size of images (N, pixels); by default they are square.
    transpose : bool
        Whether images are stored column by column, as EMNIST's are.
    polarity : {'light-on-dark', 'dark-on-light'}
        Polarity of ink and background in the images.
    """

    name: ClassVar[str] = "npz"
    needs: ClassVar[str] = "the .npz file, or the folder with two files"

    images: Annotated[str, NotEmpty()] | None = field(
        default=None, metadata={"help": "name of the array or file; by default found by split"}
    )
    labels: Annotated[str, NotEmpty()] | None = field(
        default=None, metadata={"help": "name of the array or file; by default found by split"}
    )
    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = field(
        default=None, metadata={"help": "of images (N, pixels); by default they are square"}
    )
    width: Annotated[int, Range(1, MAX_HEIGHT)] | None = field(
        default=None, metadata={"help": "of images (N, pixels); by default they are square"}
    )
    transpose: bool = field(default=False, metadata={"help": TRANSPOSE_HELP})
    polarity: Polarity = field(default="light-on-dark", metadata={"help": POLARITY_HELP})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split; if both names are given, all splits are the same."""
        given = self.required(path)
        images, labels = find_arrays(given, split, self.images, self.labels)
        display_name = f"{self.name} {given.name}"

        def make() -> GlyphBank:
            size = stored_size(self.height, self.width, transpose=self.transpose)
            pixels = to_pixels(images.read(), str(images), *size)
            codes, alphabet = to_codes(labels.read(), str(labels))
            if len(pixels) != len(codes):
                raise SourceError(
                    f"{images} has {len(pixels)} images, but {labels} has {len(codes)} labels; "
                    "name two that belong together"
                )
            pixels = upright_ink(pixels, transpose=self.transpose, polarity=self.polarity)
            return GlyphBank(pixels, codes, alphabet, name=display_name)

        digests = [content_digest(file).hex() for file in dict.fromkeys((images.path, labels.path))]
        look = (images.name, labels.name, self.height, self.width, self.transpose, self.polarity)
        key = sha256(f"{_VERSION} {digests} {look}".encode()).hexdigest()
        return cached_bank(key, display_name, make)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the splits that occur in names of arrays or files, unless names are given."""
        named = self.images is not None and self.labels is not None
        return () if named else splits_of(self.required(path))
