"""Make a glyph bank from pictures on disk, holding only a few in memory.

The first pass decodes and scales pictures, and appends each at its own width to an auxiliary file.
Only then are the greatest width and the polarity known, so a second pass pads all pictures to one
width, and converts lightness to ink.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.errors import SourceError
from mnistseq.imaging.decode import BrokenImageError, quiet_pillow
from mnistseq.messages import plural
from mnistseq.progress import reporting
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.banks.pixel_file import write_pixels
from mnistseq.sources.image_folder.decoder import Decoder
from mnistseq.sources.image_folder.files import LabelledPicture, Tree

Polarity: TypeAlias = Literal["auto", "light-on-dark", "dark-on-light"]
Colour: TypeAlias = Literal["auto", "grey", "rgb"]

_BLOCK_BYTES = 2**25
_LISTED = 20


@dataclass
class _Decoded:
    """Decoded pictures, one after the other in a file, with their properties."""

    pixels: IO[bytes]
    height: int
    channels: tuple[int, ...]
    used: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    lightness: int = 0
    coloured: bool = False

    def append(self, index: int, pixels: Pixels) -> None:
        """Append picture `index` to the file."""
        self.used.append(index)
        self.widths.append(pixels.shape[1])
        # Lightness matters only if all pictures are grey, and then all channels are equal.
        grey = pixels if pixels.ndim == 2 else pixels[..., 0]
        for side in (grey[0], grey[-1], grey[:, 0], grey[:, -1]):
            self.lightness += 2 * int(np.count_nonzero(side > 127)) - len(side)
        if pixels.ndim == 3 and not self.coloured:
            self.coloured = bool((pixels != pixels[..., :1]).any())
        self.pixels.write(np.ascontiguousarray(pixels).data)

    def is_dark_on_light(self, polarity: Polarity) -> bool:
        """Return whether ink is dark in the files; "auto" never inverts coloured pictures."""
        if polarity == "auto":
            return self.coloured or self.lightness > 0
        return polarity == "dark-on-light"

    def blocks(self, block_bytes: int, *, dark_on_light: bool) -> Iterator[Pixels]:
        """Yield ink on background, with each picture at the left of a cell of the greatest width."""
        height, channels, width = self.height, self.channels, max(self.widths)
        count = max(1, block_bytes // (height * width * int(np.prod(channels))))
        self.pixels.seek(0)
        for first in range(0, len(self.widths), count):
            widths = self.widths[first : first + count]
            block = np.zeros((len(widths), height, width, *channels), dtype=np.uint8)
            for cell, own_width in zip(block, widths, strict=True):
                shape = (height, own_width, *channels)
                picture = np.frombuffer(self.pixels.read(int(np.prod(shape))), dtype=np.uint8)
                cell[:, :own_width] = picture.reshape(shape)
                if dark_on_light:
                    np.bitwise_not(cell[:, :own_width], out=cell[:, :own_width])
            yield block


def make_bank(
    tree: Tree,
    pictures: list[LabelledPicture],
    decoder: Decoder,
    colour: Colour,
    polarity: Polarity,
    name: str,
    folder: Path | None,
    block_bytes: int = _BLOCK_BYTES,
) -> GlyphBank:
    """Decode all pictures that can be decoded.

    Parameters
    ----------
    pictures : list of LabelledPicture
        The labels of the bank are theirs.
    name : str
        Name of the bank.
    folder : Path or None
        Folder for ``pixels.npy``; None means to keep the pixels in memory.
    block_bytes : int
        Size of the padded pictures in memory at a time.

    Raises
    ------
    SourceError
        If no picture can be decoded.
    OSError
        If the disk is full.
    """
    auxiliary = None if folder is None else folder / "decoded"
    with io.BytesIO() if auxiliary is None else open(auxiliary, "w+b") as file:
        decoded = _decode(tree, pictures, decoder, file)
        blocks = decoded.blocks(block_bytes, dark_on_light=decoded.is_dark_on_light(polarity))
        shape: tuple[int, ...] = (len(decoded.used), decoded.height, max(decoded.widths))
        if colour == "auto" and decoded.channels and not decoded.coloured:
            # The files have three channels, but all pictures are grey.
            blocks = (np.ascontiguousarray(block[..., 0]) for block in blocks)
        else:
            shape += decoded.channels
        pixels, ink = _collect(blocks, shape, folder)
    if auxiliary is not None:
        auxiliary.unlink()
    labels = [pictures[index].label for index in decoded.used]
    alphabet = sorted(set(labels))
    code = {label: number for number, label in enumerate(alphabet)}
    return GlyphBank(
        pixels=pixels,
        codes=np.array([code[label] for label in labels], dtype=np.int64),
        alphabet=tuple(alphabet),
        name=name,
        widths=np.array(decoded.widths, dtype=np.int64),
        ink=ink,
        left_out=tuple(decoded.left_out),
    )


def broken_text(tree: Tree, left_out: Sequence[str], number: int) -> str:
    """Return the message about pictures that cannot be used."""
    more = [f"and {len(left_out) - _LISTED} more"] if len(left_out) > _LISTED else []
    head = f"{tree.path}: {len(left_out)} of {plural(number, 'picture')} cannot be used:"
    return "\n  ".join([head, *left_out[:_LISTED], *more])


def _decode(
    tree: Tree, pictures: list[LabelledPicture], decoder: Decoder, file: IO[bytes]
) -> _Decoded:
    def decode(picture: LabelledPicture) -> Pixels | str:
        try:
            return decoder.decode(tree.read(picture.file))
        except BrokenImageError as error:
            return f"{picture.name}: {error}"

    decoded = _Decoded(file, decoder.height, (3,) if decoder.colour else ())
    with quiet_pillow():
        for index, pixels in enumerate(parallel_map(decode, pictures, "reading pictures")):
            if isinstance(pixels, str):
                decoded.left_out.append(pixels)
            else:
                decoded.append(index, pixels)
    if not decoded.used:
        raise SourceError(broken_text(tree, decoded.left_out, len(pictures)))
    return decoded


def _collect(
    blocks: Iterator[Pixels], shape: tuple[int, ...], folder: Path | None
) -> tuple[Pixels, Ints]:
    """Return all blocks as one array, and their ink boxes."""
    boxes = np.empty((shape[0], 4), dtype=np.int64)
    if folder is None:
        pixels = np.empty(shape, dtype=np.uint8)
        for rows, block in _measured(blocks, boxes):
            pixels[rows] = block
        return pixels, boxes
    measured = (block for _, block in _measured(blocks, boxes))
    return write_pixels(measured, shape, folder), boxes


def _measured(blocks: Iterator[Pixels], boxes: Ints) -> Iterator[tuple[slice, Pixels]]:
    """Yield each block with its rows, after writing its ink boxes to `boxes`."""
    first = 0
    with reporting(len(boxes), "writing glyphs", "img") as advance:
        for block in blocks:
            rows = slice(first, first + len(block))
            boxes[rows] = ink_boxes(block)
            yield rows, block
            advance(len(block))
            first = rows.stop
