"""GlyphCells: the cell of each glyph, the columns of its picture that go into a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Flags, Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.core.randomness import GlyphStream
from mnistseq.core.resample import inked_columns, resample

if TYPE_CHECKING:
    from mnistseq.core.motion import Motion
    from mnistseq.core.pen import Pen

Crop: TypeAlias = Literal["cell", "ink"]

_BLOCK_PIXELS = 1 << 20
"""Scaled pixels examined at a time; they should fit a core's cache."""


@accelerated("boxes", "core")
def boxes_of(glyphs: Pixels) -> Ints:
    """Return the box around the ink of each glyph of a batch, as `ink_boxes` does."""
    return ink_boxes(glyphs)


class WidthBounds(NamedTuple):
    """Smallest and greatest possible width of each cell in pixels: int64, shape (N,) each."""

    low: Ints
    high: Ints


@dataclass(frozen=True, eq=False, repr=False)
class GlyphCells:
    """Pictures of glyphs, with the columns of each that form its cell.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (P, height, width) or (P, height, width, 3)
        Ink on a background of 0; or fields of distances to pen paths, before a pen draws them.
    ink : ndarray of int, shape (P, 4)
        Ink box of each glyph, in pixels of its picture.
    offsets, widths : ndarray of int64, shape (P,)
        First column of each cell, and its number of columns.
    """

    pixels: Pixels
    ink: Ints
    offsets: Ints
    widths: Ints

    @classmethod
    def of(cls, bank: GlyphBank) -> GlyphCells:
        """Return the cells of a whole bank, without copying its pixels."""
        # Parts of a plain array are made many times as fast as parts of a memmap.
        pixels, ink, widths = map(np.asarray, (bank.pixels, bank.ink, bank.widths))
        return cls(pixels, ink, np.zeros(len(bank), dtype=np.int64), widths)

    @property
    def height(self) -> int:
        """Height of every picture, in pixels."""
        return int(self.pixels.shape[1])

    def cropped(self) -> GlyphCells:
        """Return the cells narrowed to their ink; a cell without ink stays as it is."""
        inked = self.ink[:, 2] > self.ink[:, 0]
        offsets = np.where(inked, self.ink[:, 0], self.offsets).astype(np.int64)
        widths = np.where(inked, self.ink[:, 2] - offsets, self.widths)
        return replace(self, offsets=offsets, widths=widths)

    def scaled(self, height: int) -> GlyphCells:
        """Return whole cells scaled to `height`, their widths in proportion."""
        if height == self.height:
            return self
        width = self.picture_width(height)
        pixels = resample(resample(self.pixels, 1, height), 2, width)
        return self._with(pixels, boxes_of(pixels))

    def drawn(
        self,
        pen: Pen,
        height: int,
        stream: GlyphStream,
        motions: Sequence[Motion] = (),
        crop: Crop = "cell",
    ) -> GlyphCells:
        """Return whole cells of pen paths, moved and then drawn by a pen at `height`.

        What moves stays inside its cell, or inside its picture if that will be cropped to the ink.
        """
        width = self.picture_width(height)
        room = self._scaled_widths(height) if crop == "cell" else None
        return self._with(*pen.draw(self.pixels, height, width, stream, motions, room))

    def _with(self, pixels: Pixels, ink: Ints) -> GlyphCells:
        """Return whole cells with pictures of another size, and the boxes of these."""
        # Ink may extend past a scaled edge: smoothing spreads it by up to a pixel, and pens are wide.
        widths = np.maximum(self._scaled_widths(pixels.shape[1]), ink[:, 2])
        return GlyphCells(pixels, ink, np.zeros_like(widths), widths)

    def picture_width(self, height: int) -> int:
        """Return the width of every picture at `height`, in pixels; no cell is wider."""
        return max(1, round(int(self.pixels.shape[2]) * height / self.height))

    def width_bounds(
        self, height: int, crop: Crop = "cell", pen: Pen | None = None, *, moved: bool = False
    ) -> WidthBounds:
        """Return how wide each whole cell is after scaling to `height`, then cropping.

        The bounds are equal at the pictures' own height, for cells as wide as their
        pictures, and wherever a glyph has no faint ink at its edge. For pen paths they
        also depend on the range of the pen's width.

        Parameters
        ----------
        height : int
            Pixels.
        crop : {'cell', 'ink'}
        pen : Pen, optional
            Draws the cells, if they are pen paths.
        moved : bool
            Whether paths may have moved, inside of their cells, before a pen draws them.
        """
        if height == self.height and pen is None:
            cells = self.cropped() if crop == "ink" else self
            return WidthBounds(cells.widths, cells.widths)
        widths = self._scaled_widths(height)
        if crop == "cell" and bool((self.widths == self.pixels.shape[2]).all()):
            return WidthBounds(widths, widths)
        low, high = np.empty_like(widths), np.empty_like(widths)
        for part, certain, possible in self._inked_columns(height, pen):
            whole = widths[part]
            if crop == "cell":
                low[part] = whole if moved and pen else np.maximum(whole, _span(certain)[1])
                high[part] = np.maximum(whole, _span(possible)[1])
            else:
                # A cell whose ink vanishes is not cropped.
                stays = certain.any(axis=1)
                low[part] = _width(certain, np.where(possible.any(axis=1), 1, whole))
                high[part] = np.maximum(_width(possible, whole), np.where(stays, 0, whole))
        return WidthBounds(low, high)

    def _scaled_widths(self, height: int) -> Ints:
        """Width of each cell at `height`, rounded up."""
        widths: Ints = -(-self.widths * self.picture_width(height) // self.pixels.shape[2])
        return widths

    def _inked_columns(self, height: int, pen: Pen | None) -> Iterator[tuple[slice, Flags, Flags]]:
        """Yield runs of glyphs, with the columns that certainly and possibly have ink."""
        width = self.picture_width(height)
        each = max(1, _BLOCK_PIXELS // max(width, self.pixels[0].size))
        for first in range(0, len(self.pixels), each):
            part = slice(first, first + each)
            pixels = self.pixels[part]
            if pen is not None:
                yield part, *pen.inked_columns(pixels, height, width)
                continue
            peaks = pixels.max(axis=1) if pixels.ndim == 3 else pixels.max(axis=(1, 3))
            yield part, *inked_columns(peaks, self.height, height, width)


def _span(inked: Flags) -> tuple[Ints, Ints]:
    """Return the first inked column of each row and the one after the last; 0 and 0 without ink."""
    any_ink = inked.any(axis=1)
    last = inked.shape[1] - inked[:, ::-1].argmax(axis=1)
    return inked.argmax(axis=1), np.where(any_ink, last, 0)


def _width(inked: Flags, without: Ints) -> Ints:
    """Return the number of columns from the first to the last inked one; `without` if no ink."""
    first, end = _span(inked)
    widths: Ints = np.where(end > first, end - first, without)
    return widths


@dataclass(frozen=True, eq=False, repr=False)
class SelectedGlyphs:
    """The glyphs of a batch, one after the other, selected from a pool of cells."""

    pool: GlyphCells
    members: Ints

    @property
    def widths(self) -> Ints:
        """Width of each glyph's cell, in pixels: int64, shape (N,)."""
        return self.pool.widths.take(self.members)

    @property
    def offsets(self) -> Ints:
        """First column of each glyph's cell in its picture: int64, shape (N,)."""
        return self.pool.offsets.take(self.members)

    @property
    def ink(self) -> Ints:
        """Ink box of each glyph, in pixels of its picture: int64, shape (N, 4)."""
        return self.pool.ink.take(self.members, axis=0).astype(np.int64)

    def pixels(self, part: slice = slice(None), rows: slice | None = None) -> Pixels:
        """Return the pictures of some of the glyphs, or only some of their rows."""
        chosen = self.members[part]
        if rows is None:
            return self.pool.pixels.take(chosen, axis=0)
        strips: Pixels = self.pool.pixels[chosen, rows]
        return strips

    def gathered(self) -> GlyphCells:
        """Return a pool of only these glyphs, in order."""
        return GlyphCells(self.pixels(), self.ink, self.offsets, self.widths)
