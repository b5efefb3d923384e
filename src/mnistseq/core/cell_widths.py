"""CellWidths: how wide the glyphs of a bank can be in a line, together or each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_cells import Crop, GlyphCells, WidthBounds

if TYPE_CHECKING:
    from mnistseq.core.pen import Pen


class ContentWidth(NamedTuple):
    """Width of the glyphs of a line together, in pixels."""

    low: int
    average: int
    high: int


class LeastGap(NamedTuple):
    """Bounds of the least gap of a pair that hides no glyph, in pixels; 0 or less.

    Where cells are `ink` from the first to the last column, neighbours cover no more than
    half of all columns of a line.
    """

    low: int
    average: int
    high: int
    ink: bool = False

    def narrowest(self, length: int, content: ContentWidth) -> int:
        """Return the least width of a line in which every glyph keeps a column of its own."""
        return -(-(content.low + length) // 2) if self.ink else length


@dataclass(frozen=True, eq=False, repr=False)
class CellWidths:
    """How wide the glyphs that may be drawn from a bank can be in a line.

    Parameters
    ----------
    bank : GlyphBank
    height : int
        Height of the line in pixels.
    crop : {'cell', 'ink'}
    transformed : bool
        Whether transforms change the glyphs.
    pen : Pen, optional
        What draws the glyphs, if they are pen paths.
    """

    bank: GlyphBank
    height: int
    crop: Crop
    transformed: bool
    pen: Pen | None = None

    @cached_property
    def bounds(self) -> WidthBounds:
        """Bounds of the width of the cell of each glyph that may be drawn: int64, shape (M,) each."""
        low, high = self._all_bounds()
        return WidthBounds(low[self._members], high[self._members])

    def _all_bounds(self) -> WidthBounds:
        if self.crop == "ink" and self.transformed:
            # A transform may change ink in any way within its picture.
            number, widest = len(self.bank), GlyphCells.of(self.bank).picture_width(self.height)
            return WidthBounds(np.ones(number, np.int64), np.full(number, widest, np.int64))
        return GlyphCells.of(self.bank).width_bounds(self.height, self.crop, self.pen)

    @property
    def _members(self) -> Ints | slice:
        return slice(None) if self.bank.members is None else self.bank.members

    @cached_property
    def _codes(self) -> Ints:
        """Label codes of the glyphs that may be drawn, shape (M,)."""
        return self.bank.codes[self._members]

    @cached_property
    def widest(self) -> int:
        """Greatest width that a cell can have, in pixels."""
        return int(self.bounds.high.max())

    def content(self, codes: Ints) -> ContentWidth:
        """Return how wide a line of these labels is without its gaps."""
        low, high = self.bounds
        least, most = self._least(low)[codes], -self._least(-high)[codes]
        sums = np.bincount(self._codes, low + high, len(self.bank.alphabet))
        number = np.bincount(self._codes, minlength=len(self.bank.alphabet))
        average = float((sums / np.maximum(number, 1))[codes].sum()) / 2
        return ContentWidth(int(least.sum()), round(average), int(most.sum()))

    def any_content(self, length: int) -> ContentWidth:
        """Return how wide a line of `length` labels, whichever they are, is without its gaps."""
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
        """Return how far two neighbours with some of these labels may overlap."""
        return self._least_gap(np.flatnonzero(np.isin(self._codes, codes)))

    def _least_gap(self, glyphs: Ints | slice) -> LeastGap:
        low, high = self.bounds.low[glyphs], self.bounds.high[glyphs]
        cover = self._cover[glyphs]
        # Where the ink is unknown, an average glyph is taken to fill its cell.
        average = float(cover.mean()) or float((low + high - 2).mean()) / 4
        return LeastGap(
            low=1 - int(high.max()),
            average=-round(average),
            high=-min(int(low.min()) - 1, max(0, int(cover.min()))),
            ink=self.crop == "ink",
        )

    @cached_property
    def _cover(self) -> Ints:
        """How many columns of each cell a neighbour may cover at least: int64, shape (M,).

        Half of its ink, whatever the neighbour on the other side covers, and what lies
        outside the ink; 0 where transforms, scaling or a pen leave the ink unknown.
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
        """Return the least of the widths of each label's glyphs; the greatest int64 without any."""
        least = np.full(len(self.bank.alphabet), np.iinfo(np.int64).max)
        np.minimum.at(least, self._codes, widths)
        return least
