"""A source of pictures in ImageNet's layout: a folder for each class, and a file of names.

::

    classes.txt                    n02121808 cat
    train/n02121808/picture.jpg    n02084071 dog
    val/n02121808/picture.jpg

Pictures are decoded once, into a bank that every process maps into its memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from PIL import Image, ImageOps

from mnistseq import GlyphBank
from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.hookspecs import hookimpl
from mnistseq.sources.banks.cache import cached_bank

_PICTURES = {".jpeg", ".jpg", ".png"}


@dataclass(frozen=True)
class ImageNetDemo(Source):
    """Load colour pictures in ImageNet's layout: folders of classes, named by classes.txt.

    The path of the source is the folder with classes.txt and one folder for each split.
    """

    name: ClassVar[str] = "imagenet-demo"

    height: Annotated[int, Ge(1), Le(512)] = field(
        default=28, metadata={"help": "height in pixels that pictures are scaled to"}
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pictures of one split, in colour, each with its own width."""
        if path is None:
            raise ArgumentError(
                "imagenet-demo needs source.path (--data-dir), the folder with classes.txt"
            )
        classes = read_classes(Path(path) / "classes.txt")
        folder = Path(path) / split
        if split != folder.name or not folder.is_dir():
            raise ArgumentError(f"{path}: unknown split {split!r}; the folder does not exist")
        files = [
            (file, label)
            for synset, label in classes.items()
            for file in sorted((folder / synset).glob("*"))
            if file.suffix.lower() in _PICTURES
        ]
        if not files:
            raise SourceError(f"{folder}: no pictures of the classes in classes.txt")
        # The key identifies all that the bank depends on, without reading the pictures each time.
        facts = [(str(f.resolve()), f.stat().st_size, f.stat().st_mtime_ns, n) for f, n in files]
        key = sha256(repr((self.name, self.height, facts)).encode()).hexdigest()
        return cached_bank(key, self.name, lambda: self._decode(files))

    def _decode(self, files: list[tuple[Path, str]]) -> GlyphBank:
        cells = [read_picture(file, self.height) for file, _ in files]
        widths = np.array([cell.shape[1] for cell in cells])
        pixels = np.zeros((len(cells), self.height, int(widths.max()), 3), dtype=np.uint8)
        for row, cell in zip(pixels, cells, strict=True):
            # A bank holds ink, and 0 is background: in a photograph, white is the background.
            row[:, : cell.shape[1]] = 255 - cell
        alphabet = tuple(sorted({label for _, label in files}))
        codes = np.array([alphabet.index(label) for _, label in files])
        return GlyphBank(pixels, codes, alphabet, self.name, widths=widths)


def read_classes(path: Path) -> dict[str, str]:
    """Return folder → label: the first word of each line, and the rest up to a comma."""
    return dict(_lines(path))


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from None
    for line in text.splitlines():
        synset, _, names = line.strip().partition(" ")
        label = names.split(",")[0].strip()
        if synset and not label:
            raise SourceError(f"{path}: {synset} has no name; write, for example, {synset} cat")
        if synset:
            yield synset, label


def read_picture(path: Path, height: int) -> Pixels:
    """Decode and scale a picture: uint8, shape (height, width, 3)."""
    try:
        with Image.open(path, formats=["JPEG", "PNG"]) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise SourceError(f"{path}: cannot be decoded: {error}") from None
    width = max(1, round(upright.width * height / upright.height))
    return np.asarray(upright.resize((width, height)))


@hookimpl
def mnistseq_sources() -> list[type[ImageNetDemo]]:
    """Return the source."""
    return [ImageNetDemo]
