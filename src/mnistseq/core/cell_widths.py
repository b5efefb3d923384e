"""CellWidths: how wide the glyphs of a bank can be in a line, together or each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_cells import Crop, GlyphCells, WidthBounds


class ContentWidth(NamedTuple):
    """Width of the glyphs of a line together, in pixels."""

    low: int
    average: int
    high: int


@dataclass(frozen=True, eq=False)
class CellWidths:
    """How wide the glyphs of a bank can be in a line.

    Parameters
    ----------
    bank : GlyphBank
    height : int
        Height of the line in pixels.
    crop : {'cell', 'ink'}
    transformed : bool
        Whether transforms change the glyphs.
    """

    bank: GlyphBank
    height: int
    crop: Crop
    transformed: bool

    @cached_property
    def bounds(self) -> WidthBounds:
        """Bounds of the width of each glyph's cell: int64, shape (N,) each."""
        if self.crop == "ink" and self.transformed:
            # A transform may change ink in any way within its picture.
            number, widest = len(self.bank), GlyphCells.of(self.bank).picture_width(self.height)
            return WidthBounds(np.ones(number, np.int64), np.full(number, widest, np.int64))
        return self._untransformed

    @cached_property
    def _untransformed(self) -> WidthBounds:
        return GlyphCells.of(self.bank).width_bounds(self.height, self.crop)

    @cached_property
    def widest(self) -> int:
        """Greatest width that a cell can have, in pixels."""
        return int(self.bounds.high.max())

    @cached_property
    def narrowest(self) -> Ints:
        """Least width of a cell of each label, as far as transforms keep it: shape (labels,)."""
        return self._least(self._untransformed.low)

    def content(self, codes: Ints) -> ContentWidth:
        """Return how wide a line of these labels is without its gaps."""
        low, high = self.bounds
        least, most = self._least(low)[codes], -self._least(-high)[codes]
        sums = np.bincount(self.bank.codes, low + high, len(self.bank.alphabet))
        number = np.bincount(self.bank.codes, minlength=len(self.bank.alphabet))
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

    def _least(self, widths: Ints) -> Ints:
        """Return the least of the widths of each label's glyphs; the greatest int64 without any."""
        least = np.full(len(self.bank.alphabet), np.iinfo(np.int64).max)
        np.minimum.at(least, self.bank.codes, widths)
        return least
