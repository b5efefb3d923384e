"""qmnist: MNIST's digits with writer ids, including all 60,000 digits of the test set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.array_files.files import read_bytes
from mnistseq.sources.array_files.idx import read_idx
from mnistseq.sources.array_files.mnist_files import find_file
from mnistseq.sources.array_files.pairs import check_pair
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.mnist import DATASET as MNIST
from mnistseq.sources.mnist import SHIPPED

DATASET = Dataset(
    name="qmnist",
    description="MNIST's digits with their writers, 28 x 28: 60,000 + 60,000",
    licence="BSD-3-Clause",
    attribution="Chhavi Yadav and Léon Bottou, QMNIST",
    homepage="https://github.com/facebookresearch/qmnist",
    files=(
        RemoteFile(
            "qmnist-train-labels-idx2-int.gz",
            "0058f8dd561b90ffdd0f734c6a30e5e4",
            463_024,
            "bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5",
        ),
        RemoteFile(
            "qmnist-test-labels-idx2-int.gz",
            "5b5b05890a5e13444e108efe57b788aa",
            526_800,
            "92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd",
        ),
        RemoteFile(
            "qmnist-train-images-idx3-ubyte.gz", "ed72d4157d28c017586c42bc6afe6370", 9_700_000
        ),
        RemoteFile(
            "qmnist-test-images-idx3-ubyte.gz", "1394631089c404de565df7b7aeaf9412", 9_740_000
        ),
    ),
    mirrors=("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",),
    torchvision="QMNIST",
)

_MNIST_TEST = 10_000
_ROWS = {
    "train": slice(None),
    "test": slice(None),
    "test10k": slice(None, _MNIST_TEST),
    "test50k": slice(_MNIST_TEST, None),
}
_CLASS, _WRITER, _COLUMNS = 0, 2, 8
"""Columns of the extended labels: class, writer id, and number of columns."""


@dataclass(frozen=True)
class Qmnist(Source):
    """MNIST's digits with their writer ids, and the lost 50,000 digits of its test set.

    Splits: train (60,000), test (all 60,000), test10k (its first 10,000, which
    are MNIST's test set) and test50k (the others). Labels are "0" to "9"; writers
    are NIST's writer ids; no writer is in both train and test.

    The path of the source is a folder with the files; by default they are found
    on this machine, or downloaded. MNIST's own pictures ship with mnistseq, so
    train and test10k need only a label file.

    Source: C. Yadav, L. Bottou, "Cold case: the lost MNIST digits",
    arXiv:1905.10498.

    Parameters
    ----------
    pictures : {'mnist', 'qmnist'}
        Pictures of train and test10k: MNIST's own, or QMNIST's reconstruction, which differs
        by up to 3 grey levels and, in 147 pictures of train, by a shift of one pixel. All
        other splits have QMNIST's pictures.
    """

    name: ClassVar[str] = "qmnist"

    pictures: Literal["mnist", "qmnist"] = "mnist"

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split with its writer ids."""
        if split not in _ROWS:
            raise ArgumentError(f"source qmnist has no split {split!r}; it has {', '.join(_ROWS)}")
        # Depends only on the config: images must not depend on which files are present.
        own = self.pictures == "qmnist" or split in ("test", "test50k")
        labels, images = _files(split, path, own=own)
        packed = read_bytes(images), read_bytes(labels)

        def make() -> GlyphBank:
            rows = _read_labels(packed[1], labels)[_ROWS[split]]
            pixels = read_idx(packed[0], images)
            if own:
                pixels = pixels[_ROWS[split]]
            check_pair(pixels, rows[:, _CLASS], images, labels)
            known, codes = np.unique(rows[:, _CLASS], return_inverse=True)
            alphabet = tuple(map(str, known.tolist()))
            writers = rows[:, _WRITER].astype(np.int64)
            return GlyphBank(pixels, codes, alphabet, name=self.name, writers=writers)

        digest = sha256(f"qmnist {split} {own}".encode())
        for content in packed:
            digest.update(sha256(content).digest())
        return cached_bank(digest.hexdigest(), self.name, make)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the four splits."""
        return tuple(_ROWS)

    def terms(self) -> LicenceTerms:
        """Return the licence terms of QMNIST, combined with MNIST's if its pictures are used."""
        if self.pictures == "qmnist":
            return DATASET.terms
        return replace(
            DATASET.terms,
            licence=f"{DATASET.licence} AND {MNIST.licence}",
            attribution=f"{DATASET.attribution}; {MNIST.attribution}",
        )


def _files(split: str, path: str | None, *, own: bool) -> tuple[Path, Path]:
    """Find the label file of a split, and its image file, from QMNIST or MNIST."""
    half = "train" if split == "train" else "test"
    stems = [(f"qmnist-{half}-labels", "idx2-int")]
    if own:
        stems.append((f"qmnist-{half}-images", "idx3-ubyte"))
    if path is not None:
        found = [find_file(Path(path), *stem) for stem in stems]
    else:
        from mnistseq.sources.downloads.fetch import obtain  # not needed where a path is given

        found = obtain(DATASET, [f"{stem}-{kind}.gz" for stem, kind in stems])
    if not own:
        prefix = "train" if half == "train" else "t10k"
        found.append(find_file(SHIPPED, f"{prefix}-images", "idx3-ubyte"))
    return found[0], found[1]


def _read_labels(packed: bytes, path: Path) -> NDArray[Any]:
    rows = read_idx(packed, path)
    if rows.ndim != 2 or rows.shape[1] != _COLUMNS or rows.dtype != np.int32:
        raise SourceError(
            f"{path}: QMNIST's extended labels are int32 (N, {_COLUMNS}), not {rows.dtype} "
            f"{rows.shape}; give the file whose name ends with idx2-int"
        )
    return rows
