"""NumPy's archives of arrays, as Keras keeps its data sets: images and labels in one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.arrays.conversion import to_codes, to_pixels
from mnistseq.sources.arrays.files import content_digest
from mnistseq.sources.arrays.npz import open_npz, read_array
from mnistseq.sources.banks.cache import cached_bank

_VERSION = "npz 1"
"""Part of the cache key; another version of the conversion needs another number."""


@dataclass(frozen=True)
class Npz(Source):
    """Arrays of an .npz file: images (N, height, width) or (N, height, width, 1 or 3), labels (N,).

    The path of the source is the file. Images are uint8, or floats from 0 to 1;
    labels are whole numbers or strings. Python objects are never unpickled.

    Parameters
    ----------
    images, labels : str, optional
        Names of the arrays; by default Keras's for the split, such as x_train and y_train.
    polarity : {'light-on-dark', 'dark-on-light'}
        Colour of ink and ground in the images.
    """

    name: ClassVar[str] = "npz"

    images: str | None = field(default=None, metadata={"help": "by default x_train for train, …"})
    labels: str | None = field(default=None, metadata={"help": "by default y_train for train, …"})
    polarity: Literal["light-on-dark", "dark-on-light"] = field(
        default="light-on-dark", metadata={"help": "of ink and ground in the images"}
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split; where arrays are named, all splits are the same."""
        if path is None:
            raise ArgumentError("source npz needs source.path: the .npz file")
        file = Path(path)
        images, labels = self.images or f"x_{split}", self.labels or f"y_{split}"
        display_name = f"{self.name} {file.name}"

        def make() -> GlyphBank:
            with open_npz(file) as archive:
                pixels = to_pixels(read_array(archive, images, file), f"{file}: array {images}")
                values = read_array(archive, labels, file)
            codes, alphabet = to_codes(values, f"{file}: array {labels}")
            if len(pixels) != len(codes):
                raise SourceError(
                    f"{file}: {len(pixels)} images in {images} but {len(codes)} labels in "
                    f"{labels}; name two arrays that belong together"
                )
            if self.polarity == "dark-on-light":
                pixels = np.bitwise_not(pixels)
            return GlyphBank(pixels, codes, alphabet, name=display_name)

        key = f"{_VERSION} {content_digest(file).hex()} {(images, labels)} {self.polarity}"
        return cached_bank(sha256(key.encode()).hexdigest(), display_name, make)
