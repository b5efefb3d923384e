"""MNIST: the files that ship with the package, or others of the same names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mnistseq.core.glyphs import GlyphBank
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.idx import read_pair

SHIPPED = Path(__file__).parents[1] / "data" / "mnist"

_PREFIXES = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class Mnist:
    """Handwritten digits, 28 x 28: 60,000 in train, 10,000 in test.

    The path of the source is a folder with the four files, gzipped or not; by
    default those that ship with mnistseq, so that nothing is downloaded.

    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
    """

    name: ClassVar[str] = "mnist"

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        if split not in _PREFIXES:
            raise ArgumentError(f"source mnist has no split {split!r}; it has train and test")
        folder = SHIPPED if path is None else Path(path)
        images = _find(folder, f"{_PREFIXES[split]}-images", "idx3-ubyte")
        labels = _find(folder, f"{_PREFIXES[split]}-labels", "idx1-ubyte")
        return read_pair(images, labels, "mnist")


def _find(folder: Path, stem: str, kind: str) -> Path:
    """The file under one of the names in which it goes about."""
    names = [f"{stem}{dot}{kind}{end}" for end in ("", ".gz") for dot in ("-", ".")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder; give one with MNIST's four files")
    raise SourceError(f"{folder}: there is none of {', '.join(names)} in it")
