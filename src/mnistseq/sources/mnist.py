"""mnist: the files that ship with the package, or others with the same names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.sources.array_files.mnist_files import MnistFiles, read_folder, split_prefix
from mnistseq.sources.array_files.mnist_writers import with_writers
from mnistseq.sources.array_files.pairs import read_pair
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile

SHIPPED = Path(__file__).parents[1] / "data" / "mnist"

_SHIPPED_SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
"""SHA-256 of the shipped files, so that they need not be hashed to find the bank in the cache."""

DATASET = Dataset(
    name="mnist",
    description="handwritten digits with their writers, 28 x 28: 60,000 + 10,000",
    licence="CC-BY-SA-3.0",
    attribution="Yann LeCun and Corinna Cortes, The MNIST database of handwritten digits",
    homepage="https://yann.lecun.org/exdb/mnist/",
    files=(
        RemoteFile(
            "train-images-idx3-ubyte.gz",
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            9_912_422,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz",
            "d53e105ee54ea40749a09fcbcd1e9432",
            28_881,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz",
            "9fb629c4189551a2d022fa330f9573f3",
            1_648_877,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz",
            "ec29112dd5afa0611ce80d1b7f02629c",
            4_542,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    torchvision="MNIST",
    system=(SHIPPED,),
)


@dataclass(frozen=True)
class Mnist(MnistFiles):
    """Handwritten digits, 28 x 28: 60,000 in train, 10,000 in test.

    The path of the source is a folder with the four files, gzipped or not; by
    default the files that ship with mnistseq; nothing is downloaded. Writers are
    NIST's writer ids, 539 in train and 297 different ones in test.

    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
    """

    name: ClassVar[str] = "mnist"
    dataset: ClassVar[Dataset] = DATASET

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        return with_writers(self._pictures(split, path))

    def _pictures(self, split: str, path: str | None) -> GlyphBank:
        if path is not None:
            return read_folder(Path(path), split, self.name)
        prefix = split_prefix(split, self.name)
        images, labels = f"{prefix}-images-idx3-ubyte.gz", f"{prefix}-labels-idx1-ubyte.gz"
        digests = bytes.fromhex(_SHIPPED_SHA256[images]), bytes.fromhex(_SHIPPED_SHA256[labels])
        return read_pair(SHIPPED / images, SHIPPED / labels, self.name, digests=digests)
