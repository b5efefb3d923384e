"""Folders of pictures, one folder a label; zip archives of such folders, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Pixels
from mnistseq.core.glyphs import GlyphBank
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.bank_cache import cache_folder, cached_bank
from mnistseq.sources.picture_decoding import decode, picture_height, strict_pillow
from mnistseq.sources.picture_files import Picture, Tree, find_pictures

T = TypeVar("T")

_MAX_HEIGHT = 4_096


@dataclass(frozen=True)
class ImageFolder:
    """Pictures in folders that are their labels, as ImageNet and Omniglot have them.

    The path of the source is a folder, or a zip archive of one. In it stand
    ``[split/]label/picture.png``; folders below one another make one label, as
    in ``Balinese/character01``. Where there are no folders of splits, all
    pictures are in train. Links, hidden files and files that are no pictures
    are passed over; a picture that cannot be decoded is an error that names it.

    Parameters
    ----------
    polarity : {'auto', 'light-on-dark', 'dark-on-light'}
        Colour of ink and ground in the files. auto: the ground is what most of
        the pixels on the pictures' borders are, light or dark, over all
        pictures of the split together.
    height : int, optional
        Scale all pictures to this height, their widths with it; by default to
        the height that most of them have, of several the smallest.
    colour : {'grey', 'rgb'}
        Whether glyphs have three channels.
    """

    name: ClassVar[str] = "image-folder"

    polarity: Literal["auto", "light-on-dark", "dark-on-light"] = "auto"
    height: Annotated[int, Ge(1), Le(_MAX_HEIGHT)] | None = None
    colour: Literal["grey", "rgb"] = "grey"

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pictures of one split."""
        if path is None:
            raise ArgumentError(
                "source image-folder needs a path (source.path, --data-dir): the folder or zip archive "
                "that holds the pictures"
            )
        tree = Tree(Path(path))
        with tree.open():
            pictures = find_pictures(tree, split)
            key = f"{_content(tree, pictures)}{self.polarity}{self.height}{self.colour}"
            name = f"image-folder {tree.place.name}"
            return cached_bank(
                sha256(key.encode()).hexdigest(), name, lambda: self._make(tree, pictures, name)
            )

    def _make(self, tree: Tree, pictures: list[Picture], name: str) -> GlyphBank:
        ground = 0 if self.polarity == "light-on-dark" else 255

        def decoded(picture: Picture) -> Pixels:
            return decode(
                tree.read(picture.parts),
                tree.path(picture.parts),
                colour=self.colour == "rgb",
                ground=ground,
                height=height,
            )

        with strict_pillow():
            height = self.height or _common_height(tree, pictures)
            cells = _over(pictures, decoded, "reading pictures")
        dark = self.polarity == "dark-on-light"
        if self.polarity == "auto":
            dark = _light_borders(cells)
        alphabet = sorted({picture.label for picture in pictures})
        number = {label: code for code, label in enumerate(alphabet)}
        return GlyphBank(
            pixels=_packed(cells, dark_on_light=dark, place=tree.place),
            codes=np.array([number[picture.label] for picture in pictures], dtype=np.int64),
            alphabet=tuple(alphabet),
            name=name,
            widths=np.array([cell.shape[1] for cell in cells], dtype=np.int64),
        )


def _content(tree: Tree, pictures: list[Picture]) -> str:
    """Hash of labels and files; not read again while no file was changed."""
    told = sha256(tree.signature([picture.parts for picture in pictures]).encode())
    for picture in pictures:
        told.update(f"{'/'.join(picture.parts)}\0".encode("utf-8", "surrogateescape"))
    stamp = cache_folder() / "folders" / told.hexdigest()
    with suppress(OSError):
        return stamp.read_text("ascii")
    digest = sha256()
    for picture in pictures:
        digest.update(picture.label.encode("utf-8", "surrogateescape") + b"\0")
        digest.update(sha256(tree.read(picture.parts)).digest())
    with suppress(OSError):
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest.hexdigest(), "ascii")
    return digest.hexdigest()


def _common_height(tree: Tree, pictures: list[Picture]) -> int:
    def height(picture: Picture) -> int:
        return picture_height(tree.read(picture.parts), tree.path(picture.parts))

    heights = Counter(_over(pictures, height, "measuring pictures"))
    most = max(heights.values())
    smallest = min(height for height, number in heights.items() if number == most)
    return min(smallest, _MAX_HEIGHT)


def _over(pictures: list[Picture], function: Callable[[Picture], T], label: str) -> list[T]:
    """The function's value for each picture, in their order; Pillow decodes in parallel."""
    from tqdm import tqdm

    with ThreadPoolExecutor() as pool:
        try:
            values = pool.map(function, pictures)
            # Two seconds: what is done sooner needs no progress bar.
            bar = tqdm(values, label, len(pictures), leave=False, disable=None, delay=2)
            return list(bar)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _light_borders(cells: list[Pixels]) -> bool:
    """Whether most pixels on the pictures' borders are light."""
    light = total = 0
    for cell in cells:
        grey = cell if cell.ndim == 2 else cell.mean(axis=2)
        for side in (grey[0], grey[-1], grey[:, 0], grey[:, -1]):
            light += int(np.count_nonzero(side > 127))
            total += len(side)
    return 2 * light > total


def _packed(cells: list[Pixels], *, dark_on_light: bool, place: Path) -> Pixels:
    """The cells as ink, one beside the ground it is padded with."""
    width = max(cell.shape[1] for cell in cells)
    shape = (len(cells), cells[0].shape[0], width, *cells[0].shape[2:])
    try:
        pixels = np.zeros(shape, dtype=np.uint8)
    except MemoryError:
        raise SourceError(
            f"{place}: {shape[0]} pictures of up to {width} x {shape[1]} px do not fit into memory; "
            "set a smaller height"
        ) from None
    for row, cell in zip(pixels, cells, strict=True):
        row[:, : cell.shape[1]] = 255 - cell if dark_on_light else cell
    return pixels
