"""A pair of IDX files, MNIST's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

from mnistseq.config.limits import NotEmpty
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.sources.arrays.orientation import POLARITY_HELP, TRANSPOSE_HELP, Polarity
from mnistseq.sources.arrays.pairs import read_pair
from mnistseq.sources.own_files import OwnFiles


@dataclass(frozen=True)
class Idx(OwnFiles):
    """A pair of IDX files, plain or gzipped: images (N, height, width) of uint8, and labels (N,).

    The path of the source is the folder that holds them.
    """

    name: ClassVar[str] = "idx"
    paths: ClassVar[tuple[str, ...]] = ("images", "labels")

    images: Annotated[str, NotEmpty()] = field(metadata={"help": "name of the file of images"})
    labels: Annotated[str, NotEmpty()] = field(metadata={"help": "name of the file of labels"})
    transpose: bool = field(default=False, metadata={"help": TRANSPOSE_HELP})
    polarity: Polarity = field(default="light-on-dark", metadata={"help": POLARITY_HELP})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pair. Its labels are the numbers that occur; every split is the same."""
        folder = Path(path or ".")
        return read_pair(
            folder / self.images,
            folder / self.labels,
            "idx",
            transpose=self.transpose,
            polarity=self.polarity,
        )
