"""idx: a pair of IDX files, MNIST's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

from mnistseq.config.constraints import NotEmpty
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.sources.array_files.files import reading
from mnistseq.sources.array_files.orientation import POLARITY_HELP, TRANSPOSE_HELP, Polarity
from mnistseq.sources.array_files.pair_names import choose_pair, splits_among
from mnistseq.sources.array_files.pairs import read_pair
from mnistseq.sources.user_files import UserFiles


@dataclass(frozen=True)
class Idx(UserFiles):
    """A pair of IDX files, plain or gzipped: images (N, height, width) of uint8, and labels (N,).

    The path of the source is the folder that contains them.

    Parameters
    ----------
    images, labels : str, optional
        Names of the two files; by default a pair for the split, such as
        train-images-idx3-ubyte and train-labels-idx1-ubyte.
    transpose : bool
        Whether images are stored column by column, as EMNIST's are.
    polarity : {'light-on-dark', 'dark-on-light'}
        Polarity of ink and background in the images.
    """

    name: ClassVar[str] = "idx"
    paths: ClassVar[tuple[str, ...]] = ("images", "labels")

    images: Annotated[str, NotEmpty()] | None = field(
        default=None, metadata={"help": "name of the file of images; by default found by split"}
    )
    labels: Annotated[str, NotEmpty()] | None = field(
        default=None, metadata={"help": "name of the file of labels; by default found by split"}
    )
    transpose: bool = field(default=False, metadata={"help": TRANSPOSE_HELP})
    polarity: Polarity = field(default="light-on-dark", metadata={"help": POLARITY_HELP})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pair of a split; if both names are given, all splits are the same.

        Labels are the numbers in the file.
        """
        folder = Path(path or ".")
        names = [] if self._named else _files(folder)
        images, labels = choose_pair(names, split, self.images, self.labels, folder, "files")
        return read_pair(
            folder / images,
            folder / labels,
            "idx",
            transpose=self.transpose,
            polarity=self.polarity,
        )

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the splits that occur in file names, unless names are given."""
        return () if self._named else splits_among(_files(Path(path or ".")))

    @property
    def _named(self) -> bool:
        return self.images is not None and self.labels is not None


def _files(folder: Path) -> list[str]:
    with reading(folder):
        return sorted(entry.name for entry in folder.iterdir() if entry.is_file())
