"""A pair of IDX files, MNIST's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from mnistseq.config.limits import NotEmpty
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source
from mnistseq.sources.arrays.pairs import read_pair


@dataclass(frozen=True)
class Idx(Source):
    """A pair of IDX files, plain or gzipped: images (N, height, width) of uint8, and labels (N,).

    The path of the source is the folder that holds them.
    """

    name: ClassVar[str] = "idx"

    images: Annotated[str, NotEmpty()] = field(metadata={"help": "name of the file of images"})
    labels: Annotated[str, NotEmpty()] = field(metadata={"help": "name of the file of labels"})
    polarity: Literal["light-on-dark", "dark-on-light"] = field(
        default="light-on-dark", metadata={"help": "of ink and ground in the images"}
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pair. Its labels are the numbers that occur; every split is the same."""
        folder = Path(path or ".")
        dark = self.polarity == "dark-on-light"
        return read_pair(folder / self.images, folder / self.labels, "idx", dark_on_light=dark)
