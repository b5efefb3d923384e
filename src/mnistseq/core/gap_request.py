"""GapRequest: which gaps a spacing is asked for, and whether they exist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from mnistseq.core.array_types import Flags, Ints
from mnistseq.errors import SpacingError
from mnistseq.messages import plural


class GapDistribution(NamedTuple):
    """How often a gap has each width.

    Attributes
    ----------
    chances : dict of int to float
        Gap in pixels → its probability, in ascending order of the gaps.
    draws : int or None
        Number of vectors of gaps drawn to estimate it; None if it is exact.
    """

    chances: dict[int, float]
    draws: int | None = None

    @classmethod
    def of_drawn(cls, widths: Ints) -> GapDistribution:
        """Count drawn widths: int64, shape (draws, any)."""
        values, number = np.unique(widths, return_counts=True)
        chances = (number / max(widths.size, 1)).tolist()
        return cls(dict(zip(values.tolist(), chances, strict=True)), len(widths))


@dataclass(frozen=True, eq=False, repr=False)
class GapRequest:
    """A request for the gaps of samples that all have the same number of gaps.

    Parameters
    ----------
    count : int
        Gaps in each sample. If a line of one glyph has none, spacings are not called.
    minimum, maximum : int
        Range of each gap in pixels, both ends included.
    content : ndarray of int64, shape (B,)
        Total width of each sample's glyphs, in pixels.
    width : int or None
        Width of glyphs and gaps together, in pixels; None if it is not limited.
    exact : bool
        Whether glyphs and gaps must fill the width exactly; otherwise they may take less.
    added_width : int
        Pixels that canvas transforms add to the width. Messages include them because
        the width in a config is that of the finished image.
    minimums, maximums : ndarray of int64, shape (B, count), optional
        Range of each single gap, if some gaps of the common range could hide a glyph or
        move one out of the image. Always None if a spacing does not set
        `Spacing.pair_ranges`.
    """

    count: int
    minimum: int
    maximum: int
    content: Ints
    width: int | None = None
    exact: bool = False
    added_width: int = 0
    minimums: Ints | None = None
    maximums: Ints | None = None

    def at(self, rows: Ints) -> GapRequest:
        """Return the request for some of the samples."""
        return replace(
            self,
            content=self.content[rows],
            minimums=None if self.minimums is None else self.minimums[rows],
            maximums=None if self.maximums is None else self.maximums[rows],
        )

    @property
    def least(self) -> Ints:
        """Smallest possible sum of each sample's gaps, in pixels: int64, shape (B,)."""
        if self.minimums is not None:
            least: Ints = self.minimums.sum(axis=1)
            return least
        return np.full(len(self.content), self.count * self.minimum)

    @property
    def most(self) -> Ints:
        """Greatest possible sum of each sample's gaps, in pixels: int64, shape (B,)."""
        if self.maximums is not None:
            most: Ints = self.maximums.sum(axis=1)
            return most
        return np.full(len(self.content), self.count * self.maximum)

    @property
    def span(self) -> int:
        """Difference between the maximum and the minimum."""
        return self.maximum - self.minimum

    @property
    def room(self) -> Ints | None:
        """Pixels available for the gaps of each sample; None if they are not limited."""
        return None if self.width is None else self.width - self.content

    @property
    def fills(self) -> bool:
        """Whether the gaps must fill the width; a line without gaps gets margins instead."""
        return self.exact and self.count > 0

    def feasible(self) -> Flags:
        """Return for which samples valid gaps exist: bool, shape (B,)."""
        if self.width is None:
            return np.ones(len(self.content), dtype=np.bool_)
        fits: Flags = self.content + self.least <= self.width
        return fits & (self.content + self.most >= self.width) if self.fills else fits

    def check(self) -> None:
        """Raise SpacingError if a sample has no valid gaps; suggest the nearest request that works."""
        if self.width is None:
            return
        narrowest = self.content + self.least
        if (narrowest > self.width).any():
            self._refuse_narrow(int(narrowest.argmax()), self.width)
        if self.fills and (self.content + self.most < self.width).any():
            self._refuse_wide(int((self.content + self.most).argmin()), self.width)

    def gaps_text(self) -> str:
        """Return ``2 gaps`` or ``1 gap``."""
        return plural(self.count, "gap")

    def content_text(self, sample: int) -> str:
        """Return ``the glyphs are 84 px wide``, with the margins if there are any."""
        glyphs = "the glyphs are" if self.count else "the glyph is"
        margins = ""
        if self.added_width:
            margins = f", the margins of canvas.transform {self.added_width} px"
        return f"{glyphs} {self.content[sample]} px wide{margins}"

    def _refuse_narrow(self, sample: int, width: int) -> None:
        content, added = int(self.content[sample]), self.added_width
        if not self.count:
            raise SpacingError(
                f"width {width + added} is too small: {self.content_text(sample)}; take a width "
                f"of {content + added} or more or fit resize, which squeezes the glyph"
            )
        least = int(self.least[sample])
        ways = [f"a width of {content + least + added} or more"]
        if self.minimums is not None:
            gaps = f"{self.gaps_text()} of {least} px together, the least that hides no glyph,"
        else:
            gaps = f"{self.gaps_text()} of at least {self.minimum} px"
            if content <= width:
                ways.append(f"a minimum of {(width - content) // self.count} or less")
        ways.append("fit resize, which squeezes the glyphs")
        raise SpacingError(
            f"width {width + added} is too small: {self.content_text(sample)} and {gaps} make "
            f"that {content + least + added}; take {', '.join(ways[:-1])} or {ways[-1]}"
        )

    def _refuse_wide(self, sample: int, width: int) -> None:
        content, added = int(self.content[sample]), self.added_width
        most = int(self.most[sample])
        gaps, larger = f"of at most {self.maximum} px", ""
        if self.maximums is not None:
            gaps = f"of at most {most} px together"
        if self.maximums is None or width >= content:
            larger = f" a maximum of {-(-(width - content) // self.count)} or more,"
        raise SpacingError(
            f"width {width + added} cannot be filled: {self.content_text(sample)} and "
            f"{self.gaps_text()} {gaps} make that {content + most + added}; take a width of "
            f"{content + most + added} or less,{larger} or fit pad, which adds margins"
        )
