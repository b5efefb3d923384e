"""CellWidths: how wide the glyphs of a bank can be in a line, singly and together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_cells import Crop, GlyphCells, WidthBounds

if TYPE_CHECKING:
    from mnistseq.core.pen import Pen


class ContentWidth(NamedTuple):
    """Total width of the glyphs of a line, in pixels."""

    low: int
    average: int
    high: int


class LeastGap(NamedTuple):
    """Bounds of the smallest gap at which no glyph of a pair is hidden, in pixels; 0 or less.

    Where ink fills each cell from edge to edge (`ink`), neighbours cover at most half of all
    columns of a line.
    """

    low: int
    average: int
    high: int
    ink: bool = False

    def narrowest(self, length: int, content: ContentWidth) -> int:
        """Return the smallest width of a line in which every glyph keeps a column of its own."""
        return -(-(content.low + length) // 2) if self.ink else length


@dataclass(frozen=True, eq=False, repr=False)
class CellWidths:
    """How wide the drawable glyphs of a bank can be in a line.

    Parameters
    ----------
    bank : GlyphBank
    height : int
        Height of the line in pixels.
    crop : {'cell', 'ink'}
    transformed : bool
        Whether glyph transforms are applied.
    pen : Pen, optional
        Draws the glyphs, if they are pen paths.
    """

    bank: GlyphBank
    height: int
    crop: Crop
    transformed: bool
    pen: Pen | None = None

    @cached_property
    def bounds(self) -> WidthBounds:
        """Bounds of the cell width of each drawable glyph: int64, shape (M,) each."""
        low, high = self._all_bounds()
        return WidthBounds(low[self._members], high[self._members])

    def _all_bounds(self) -> WidthBounds:
        if self.crop == "ink" and self.transformed:
            # A transform may move ink anywhere within its picture.
            number, widest = len(self.bank), GlyphCells.of(self.bank).picture_width(self.height)
            return WidthBounds(np.ones(number, np.int64), np.full(number, widest, np.int64))
        cells, moved = GlyphCells.of(self.bank), self.transformed
        return cells.width_bounds(self.height, self.crop, self.pen, moved=moved)

    @property
    def _members(self) -> Ints | slice:
        return slice(None) if self.bank.members is None else self.bank.members

    @cached_property
    def _codes(self) -> Ints:
        """Label codes of the drawable glyphs, shape (M,)."""
        return self.bank.codes[self._members]

    @cached_property
    def widest(self) -> int:
        """Width of the widest possible cell, in pixels."""
        return int(self.bounds.high.max())

    def content(self, codes: Ints) -> ContentWidth:
        """Return the width of a line of these labels without its gaps."""
        low, high = self.bounds
        least, most = self._least(low)[codes], -self._least(-high)[codes]
        sums = np.bincount(self._codes, low + high, len(self.bank.alphabet))
        number = np.bincount(self._codes, minlength=len(self.bank.alphabet))
        average = float((sums / np.maximum(number, 1))[codes].sum()) / 2
        return ContentWidth(int(least.sum()), round(average), int(most.sum()))

    def any_content(self, length: int) -> ContentWidth:
        """Return the width of a line of any `length` labels without its gaps."""
        low, high, average = self._any
        return ContentWidth(length * low, round(length * average), length * high)

    @cached_property
    def _any(self) -> tuple[int, int, float]:
        low, high = self.bounds
        return int(low.min()), int(high.max()), float((low + high).mean()) / 2

    @cached_property
    def any_least_gap(self) -> LeastGap:
        """How far any two neighbours may overlap."""
        return self._least_gap(slice(None))

    def least_gap(self, codes: Ints) -> LeastGap:
        """Return how far two neighbours with any of these labels may overlap."""
        return self._least_gap(np.flatnonzero(np.isin(self._codes, codes)))

    def _least_gap(self, glyphs: Ints | slice) -> LeastGap:
        low, high = self.bounds.low[glyphs], self.bounds.high[glyphs]
        cover = self._cover[glyphs]
        # Where the ink is unknown, assume that an average glyph fills its cell.
        average = float(cover.mean()) or float((low + high - 2).mean()) / 4
        return LeastGap(
            low=1 - int(high.max()),
            average=-round(average),
            high=-min(int(low.min()) - 1, max(0, int(cover.min()))),
            ink=self.crop == "ink",
        )

    @cached_property
    def _cover(self) -> Ints:
        """Columns of each cell that a neighbour can always cover: int64, shape (M,).

        Half of the ink, whatever the other neighbour covers, and everything outside the
        ink; 0 where transforms, scaling or a pen make the ink unknown.
        """
        unknown = self.pen is not None or self.height != self.bank.height
        if self.transformed or (unknown and self.crop == "cell"):
            return np.zeros(len(self._codes), dtype=np.int64)
        if self.crop == "ink":
            return (self.bounds.low - 1) // 2
        ink, widths = self.bank.ink[self._members], self.bank.widths[self._members]
        start, end = ink[:, 0], ink[:, 2]
        inked = end > start
        start, end = np.where(inked, start, 0), np.where(inked, end, widths)
        cover: Ints = (end - start - 1) // 2 + np.minimum(start, widths - end)
        return cover

    def _least(self, widths: Ints) -> Ints:
        """Return the smallest width among each label's glyphs; the largest int64 for a label without any."""
        least = np.full(len(self.bank.alphabet), np.iinfo(np.int64).max)
        np.minimum.at(least, self._codes, widths)
        return least
