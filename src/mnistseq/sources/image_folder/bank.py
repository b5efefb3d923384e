"""Pictures → a bank of glyphs, on disk as they come: memory holds a few at a time.

Twice through: first pictures are decoded and scaled, one behind the other in
an auxiliary file, each as wide as it is. Only then is it known how wide the
widest is, and whether ink is light or dark; so the second time they are
padded to one width and become ink.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.errors import SourceError
from mnistseq.imaging.decode import BrokenImageError, quiet_pillow
from mnistseq.progress import reporting
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.image_folder.decoder import Decoder
from mnistseq.sources.image_folder.files import Picture, Tree

Polarity: TypeAlias = Literal["auto", "light-on-dark", "dark-on-light"]
Colour: TypeAlias = Literal["auto", "grey", "rgb"]

_BLOCK = 2**25
"""Bytes of padded pictures that are in memory at a time."""


@dataclass
class _Decoded:
    """Pictures one behind the other in a file, and what is known of them."""

    pixels: IO[bytes]
    height: int
    channels: tuple[int, ...]
    used: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    lightness: int = 0
    coloured: bool = False

    def add(self, place: int, pixels: Pixels) -> None:
        """Put the next one behind the others."""
        self.used.append(place)
        self.widths.append(pixels.shape[1])
        # Lightness matters only where no picture has colours, and then all channels are alike.
        grey = pixels if pixels.ndim == 2 else pixels[..., 0]
        for side in (grey[0], grey[-1], grey[:, 0], grey[:, -1]):
            self.lightness += 2 * int(np.count_nonzero(side > 127)) - len(side)
        if pixels.ndim == 3 and not self.coloured:
            self.coloured = bool((pixels != pixels[..., :1]).any())
        self.pixels.write(np.ascontiguousarray(pixels).data)

    def is_dark_on_light(self, polarity: Polarity) -> bool:
        """Whether ink is dark, in the files; with colours nothing is turned round unasked."""
        if polarity == "auto":
            return self.coloured or self.lightness > 0
        return polarity == "dark-on-light"

    def blocks(self, *, dark_on_light: bool) -> Iterator[Pixels]:
        """Ink on ground, each picture at the left of the width of the widest."""
        height, channels, width = self.height, self.channels, max(self.widths)
        each = max(1, _BLOCK // (height * width * int(np.prod(channels))))
        self.pixels.seek(0)
        for first in range(0, len(self.widths), each):
            widths = self.widths[first : first + each]
            block = np.zeros((len(widths), height, width, *channels), dtype=np.uint8)
            for row, own in zip(block, widths, strict=True):
                shape = (height, own, *channels)
                picture = np.frombuffer(self.pixels.read(int(np.prod(shape))), dtype=np.uint8)
                row[:, :own] = picture.reshape(shape)
                if dark_on_light:
                    np.bitwise_not(row[:, :own], out=row[:, :own])
            yield block


def make_bank(
    tree: Tree,
    pictures: list[Picture],
    decoder: Decoder,
    look: tuple[Colour, Polarity],
    name: str,
    folder: Path | None,
) -> GlyphBank:
    """Decode all pictures that can be decoded.

    Parameters
    ----------
    tree : Tree
    pictures : list of Picture
        Their labels become the bank's.
    decoder : Decoder
    look : tuple of str
        Colour, ``auto``, ``grey`` or ``rgb``, and polarity, ``auto``,
        ``light-on-dark`` or ``dark-on-light``.
    name : str
    folder : Path or None
        Where ``pixels.npy`` goes; None: into memory.

    Raises
    ------
    SourceError
        If none can be decoded.
    OSError
        If there is no room in the folder.
    """
    auxiliary = None if folder is None else folder / "decoded"
    with io.BytesIO() if auxiliary is None else open(auxiliary, "w+b") as file:
        decoded = _decode(tree, pictures, decoder, file)
        blocks = decoded.blocks(dark_on_light=decoded.is_dark_on_light(look[1]))
        shape: tuple[int, ...] = (len(decoded.used), decoded.height, max(decoded.widths))
        if look[0] == "auto" and decoded.channels and not decoded.coloured:
            # Grey pictures in files that could hold colours.
            blocks = (np.ascontiguousarray(block[..., 0]) for block in blocks)
        else:
            shape += decoded.channels
        pixels, ink = _collect(blocks, shape, folder)
    if auxiliary is not None:
        auxiliary.unlink()
    labels = [pictures[place].label for place in decoded.used]
    alphabet = sorted(set(labels))
    number = {label: code for code, label in enumerate(alphabet)}
    return GlyphBank(
        pixels=pixels,
        codes=np.array([number[label] for label in labels], dtype=np.int64),
        alphabet=tuple(alphabet),
        name=name,
        widths=np.array(decoded.widths, dtype=np.int64),
        ink=ink,
        left_out=tuple(decoded.left_out),
    )


def _decode(tree: Tree, pictures: list[Picture], decoder: Decoder, file: IO[bytes]) -> _Decoded:
    def decode(picture: Picture) -> Pixels | str:
        try:
            return decoder.decode(tree.read(picture.file))
        except BrokenImageError as error:
            return f"{picture.name}: {error}"

    decoded = _Decoded(file, decoder.height, (3,) if decoder.colour else ())
    with quiet_pillow():
        for place, pixels in enumerate(parallel_map(decode, pictures, "reading pictures")):
            if isinstance(pixels, str):
                decoded.left_out.append(pixels)
            else:
                decoded.add(place, pixels)
    if not decoded.used:
        raise SourceError(broken_text(tree, decoded.left_out, len(pictures)))
    return decoded


def broken_text(tree: Tree, left_out: list[str] | tuple[str, ...], number: int) -> str:
    """How many pictures cannot be used, which and why."""
    most = 20
    more = [f"and {len(left_out) - most} more"] if len(left_out) > most else []
    head = f"{tree.place}: {len(left_out)} of {number} pictures cannot be used:"
    return "\n  ".join([head, *left_out[:most], *more])


def _collect(
    blocks: Iterator[Pixels], shape: tuple[int, ...], folder: Path | None
) -> tuple[Pixels, Ints]:
    """All blocks as one array, and the ink boxes."""
    boxes = np.empty((shape[0], 4), dtype=np.int64)
    if folder is None:
        pixels = np.empty(shape, dtype=np.uint8)
        for place, block in _placed(blocks, boxes):
            pixels[place] = block
        return pixels, boxes
    # Written, not mapped: on a disk that is full, writing to a mapped file kills the process.
    with open(folder / "pixels.npy", "wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for _, block in _placed(blocks, boxes):
            file.write(block.data)
        file.flush()
        os.fsync(file.fileno())
    return np.load(folder / "pixels.npy", mmap_mode="r"), boxes


def _placed(blocks: Iterator[Pixels], boxes: Ints) -> Iterator[tuple[slice, Pixels]]:
    """Each block with its place; its ink boxes are measured on the way."""
    done = 0
    with reporting(len(boxes), "writing glyphs", "img") as advance:
        for block in blocks:
            place = slice(done, done + len(block))
            boxes[place] = ink_boxes(block)
            yield place, block
            advance(len(block))
            done = place.stop
