"""KMNIST: Japanese characters in MNIST's format, downloaded on first use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mnistseq.sources.array_files.mnist_files import MnistFiles
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile

DATASET = Dataset(
    name="kmnist",
    description="Japanese cursive characters, 28 x 28: 60,000 + 10,000",
    licence="CC-BY-SA-4.0",
    attribution="KMNIST Dataset (created by CODH), "
    "adapted from Kuzushiji Dataset (created by NIJL and others), doi:10.20676/00000341",
    homepage="http://codh.rois.ac.jp/kmnist/",
    files=(
        RemoteFile("train-images-idx3-ubyte.gz", "bdb82020997e1d708af4cf47b453dcf7", 18_165_135),
        RemoteFile("train-labels-idx1-ubyte.gz", "e144d726b3acfaa3e44228e80efcd344", 29_497),
        RemoteFile("t10k-images-idx3-ubyte.gz", "5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136),
        RemoteFile("t10k-labels-idx1-ubyte.gz", "7320c461ea6c1c855c0b718fb2a4b134", 5_120),
    ),
    mirrors=("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
    torchvision="KMNIST",
)


@dataclass(frozen=True)
class Kmnist(MnistFiles):
    """Ten characters of old Japanese cursive script, 28 x 28: 60,000 in train, 10,000 in test.

    Labels are the numbers in its files: 0 お o, 1 き ki, 2 す su, 3 つ tsu,
    4 な na, 5 は ha, 6 ま ma, 7 や ya, 8 れ re, 9 を wo.

    The path of the source is a folder with the four files; by default they are
    found on this machine, or downloaded.

    Source: T. Clanuwat et al., "Deep learning for classical Japanese
    literature", arXiv:1812.01718.
    """

    name: ClassVar[str] = "kmnist"
    dataset: ClassVar[Dataset] = DATASET
