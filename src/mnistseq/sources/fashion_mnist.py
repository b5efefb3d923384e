"""Fashion-MNIST: clothes in MNIST's format, downloaded on first use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mnistseq.sources.array_files.mnist_files import MnistFiles
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile

DATASET = Dataset(
    name="fashion-mnist",
    description="clothes, 28 x 28: 60,000 + 10,000",
    licence="MIT",
    attribution="Zalando SE, Fashion-MNIST",
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    files=(
        RemoteFile(
            "train-images-idx3-ubyte.gz",
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            26_421_880,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz",
            "25c81989df183df01b3e8a0aad5dffbe",
            29_515,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz",
            "bef4ecab320f06d8554ea6380940ec79",
            4_422_102,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz",
            "bb300cfdad3c16e7a12a480ee83cd310",
            5_148,
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    torchvision="FashionMNIST",
    keras="fashion-mnist",
    system=(Path("/usr/share/datasets/fashion-mnist"),),
)
"""Debian's package dataset-fashion-mnist has the same content, compressed again."""


@dataclass(frozen=True)
class FashionMnist(MnistFiles):
    """Clothes from Zalando's shop, 28 x 28: 60,000 in train, 10,000 in test.

    Labels are the numbers in its files: 0 T-shirt or top, 1 trouser,
    2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle boot.

    The path of the source is a folder with the four files; by default they are
    found on this machine, or downloaded.

    Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset
    for benchmarking machine learning algorithms", arXiv:1708.07747.
    """

    name: ClassVar[str] = "fashion-mnist"
    dataset: ClassVar[Dataset] = DATASET
