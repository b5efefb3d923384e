"""The glyphs that were chosen, as they go into the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.glyphs import GlyphBank, ink_boxes
from mnistseq.core.resample import resample

Crop: TypeAlias = Literal["cell", "ink"]


@dataclass(frozen=True, eq=False)
class Cells:
    """Pictures, and which columns of each are the glyph's cell.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (P, height, width) or (P, height, width, 3)
        Ink on ground.
    ink : ndarray of int, shape (P, 4)
        Ink box of each, in pixels of its picture.
    offsets, widths : ndarray of int64, shape (P,)
        First column of the cell, and how many it has.
    """

    pixels: Pixels
    ink: Ints
    offsets: Ints
    widths: Ints

    @classmethod
    def of(cls, bank: GlyphBank) -> Cells:
        """The whole bank, no pixel moved."""
        return cls(bank.pixels, bank.ink, np.zeros(len(bank), dtype=np.int64), bank.widths)

    @property
    def height(self) -> int:
        """Height of every picture, in pixels."""
        return int(self.pixels.shape[1])

    def cropped(self) -> Cells:
        """The cells narrowed to their ink; one without ink stays as it is."""
        inked = self.ink[:, 2] > self.ink[:, 0]
        offsets = np.where(inked, self.ink[:, 0], self.offsets).astype(np.int64)
        widths = np.where(inked, self.ink[:, 2] - offsets, self.widths)
        return replace(self, offsets=offsets, widths=widths)

    def scaled(self, height: int) -> Cells:
        """Everything scaled to `height`, the width with it; cells begin at their picture's edge."""
        if height == self.height:
            return self
        old = self.pixels.shape[2]
        width = max(1, round(old * height / self.height))
        pixels = resample(resample(self.pixels, 1, height), 2, width)
        ink = ink_boxes(pixels)
        # Smoothing carries ink up to a pixel past a scaled edge: the cell holds all of it.
        widths = np.maximum(-(-self.widths * width // old), ink[:, 2])
        return Cells(pixels, ink, np.zeros_like(widths), widths)


@dataclass(frozen=True, eq=False)
class Picked:
    """The glyphs of a batch, one after the other: some members of a pool of cells."""

    pool: Cells
    members: Ints

    @property
    def widths(self) -> Ints:
        """Width of each glyph's cell, in pixels: int64, shape (N,)."""
        return self.pool.widths.take(self.members)

    @property
    def offsets(self) -> Ints:
        """Where in its picture each glyph's cell begins: int64, shape (N,)."""
        return self.pool.offsets.take(self.members)

    @property
    def ink(self) -> Ints:
        """Ink box of each glyph, in pixels of its picture: int64, shape (N, 4)."""
        return self.pool.ink.take(self.members, axis=0).astype(np.int64)

    def pixels(self, part: slice = slice(None)) -> Pixels:
        """The pictures of some of the glyphs."""
        return self.pool.pixels.take(self.members[part], axis=0)

    def gathered(self) -> Cells:
        """A pool of just these glyphs, in their order."""
        return Cells(self.pixels(), self.ink, self.offsets, self.widths)
