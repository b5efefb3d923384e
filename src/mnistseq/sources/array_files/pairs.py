"""Read a pair of IDX files, images and labels, as a glyph bank."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.sources.array_files.files import content_digest, read_bytes
from mnistseq.sources.array_files.idx import read_idx, shape_text
from mnistseq.sources.array_files.orientation import Polarity, upright_ink
from mnistseq.sources.banks.cache import cached_bank


def read_pair(
    images: Path,
    labels: Path,
    name: str,
    *,
    transpose: bool = False,
    polarity: Polarity = "light-on-dark",
    digests: tuple[bytes, bytes] | None = None,
) -> GlyphBank:
    """Read images and labels as a bank, from the cache if possible.

    Parameters
    ----------
    name : str
        Name of the bank.
    transpose : bool
        Whether the images are stored column by column.
    polarity : {'light-on-dark', 'dark-on-light'}
        Polarity of ink and background in the images.
    digests : tuple of bytes, optional
        SHA-256 of the two files, if known in advance, so that they need not be read to find the
        bank in the cache. It is verified when they are decoded.
    """
    expected = digests or (content_digest(images), content_digest(labels))

    def make() -> GlyphBank:
        pixels = read_idx(read_bytes(images, expected[0]), images)
        numbers = read_idx(read_bytes(labels, expected[1]), labels)
        check_pair(pixels, numbers, images, labels)
        known, codes = np.unique(numbers, return_inverse=True)
        pixels = upright_ink(pixels, transpose=transpose, polarity=polarity)
        return GlyphBank(pixels, codes, tuple(map(str, known.tolist())), name=name)

    key = sha256(expected[0] + expected[1] + f"{polarity} {transpose}".encode())
    return cached_bank(key.hexdigest(), name, make)


def check_pair(pixels: NDArray[Any], numbers: NDArray[Any], images: Path, labels: Path) -> None:
    """Raise SourceError unless `pixels` are images and `numbers` are as many whole numbers."""
    if pixels.ndim != 3 or pixels.dtype != np.uint8:
        raise SourceError(
            f"{images}: images must be uint8 with three dimensions, not {pixels.dtype} "
            f"{shape_text(pixels.shape)}; are images and labels swapped?"
        )
    if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
        raise SourceError(
            f"{labels}: labels must be whole numbers with one dimension, not {numbers.dtype} "
            f"{shape_text(numbers.shape)}"
        )
    if len(pixels) != len(numbers):
        raise SourceError(
            f"{len(pixels)} images in {images} but {len(numbers)} labels in {labels}: "
            "give two files that belong together"
        )
