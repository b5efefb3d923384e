"""GapRule: what is asked of the gaps of every sample."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.errors import SpacingError

Subtype: TypeAlias = Literal["between", "edge"]
FitMode: TypeAlias = Literal["pad", "exact", "resize"]
Align: TypeAlias = Literal["left", "center", "right", "random"]


@dataclass(frozen=True)
class GapRule:
    """What is asked of the gaps of every sample.

    Parameters
    ----------
    spacing : Spacing
        The strategy that chooses the gaps.
    subtype : {'between', 'edge'}
        n - 1 gaps between n glyphs, or n + 1 with one at either end.
    minimum, maximum : int
        The range of a gap in pixels, both ends included.
    width : int or None
        Width of the finished image in pixels; None: the width of its content.
    fit : {'pad', 'exact', 'resize'}
        How the width is reached: gaps leave margins, gaps fill it, or gaps are
        free and the finished line is scaled.
    align : {'left', 'center', 'right', 'random'}
        Where the line lies within the margins of pad.
    added_width : int
        Pixels of the width that canvas transforms add to the line.

    Raises
    ------
    SpacingError
        If no gap is in the range, or the added width leaves none for a line.
    """

    spacing: Spacing
    subtype: Subtype = "between"
    minimum: int = 0
    maximum: int = 20
    width: int | None = None
    fit: FitMode = "pad"
    align: Align = "center"
    added_width: int = 0

    def __post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise SpacingError(
                f"a minimum gap of {self.minimum} px exceeds the maximum of {self.maximum} px: take "
                f"a minimum of {self.maximum} or less, or a maximum of {self.minimum} or more"
            )
        if self.width is not None and self.width <= self.added_width:
            raise SpacingError(
                f"width {self.width} is too small for the margins of canvas.transform, which take "
                f"{self.added_width} px: take a width of {self.added_width + 1} or more, or smaller "
                "margins"
            )

    def override(
        self, minimum: int | None = None, maximum: int | None = None, width: int | None = None
    ) -> GapRule:
        """Return the rule with another range or width; None keeps the rule's own."""
        if minimum is maximum is width is None:
            return self
        return replace(
            self,
            minimum=self.minimum if minimum is None else minimum,
            maximum=self.maximum if maximum is None else maximum,
            width=self.width if width is None else width,
        )

    @property
    def line_width(self) -> int | None:
        """Width of the painted line in pixels; None where gaps are free."""
        return None if self.width is None or self.fit == "resize" else self.width - self.added_width

    @property
    def stretch_to(self) -> int | None:
        """Width in pixels that a painted line is scaled to; None leaves it as it is."""
        return None if self.width is None or self.fit != "resize" else self.width - self.added_width

    def count(self, glyphs: int) -> int:
        """Return how many gaps a line of `glyphs` glyphs has."""
        return glyphs + 1 if self.subtype == "edge" else glyphs - 1

    def request(self, glyphs: int, content: Ints) -> GapRequest:
        """Return the request for the gaps of lines of `glyphs` glyphs each.

        Parameters
        ----------
        glyphs : int
        content : ndarray of int64, shape (B,)
            Width of each line's glyphs together, in pixels.
        """
        return GapRequest(
            self.count(glyphs),
            self.minimum,
            self.maximum,
            content,
            self.line_width,
            self.fit == "exact",
            self.added_width,
        )

    def requests(
        self, glyphs: int, content: Ints, least: Ints | None = None
    ) -> list[tuple[Ints, GapRequest]]:
        """Return requests in which no gap hides a glyph, with the samples that each is for.

        The range of a gap is ``max(minimum, k)`` to ``max(maximum, k)``, where k is the least
        gap that hides no glyph; with `edge`, k is 0 for the first and the last gap. Samples
        that this does not change have a request of their own. A spacing that does not
        understand the range of each pair gets one range for all pairs of a sample, that
        of the greatest k.

        Parameters
        ----------
        glyphs : int
        content : ndarray of int64, shape (B,)
            Width of each line's glyphs together, in pixels.
        least : ndarray of int64, shape (B, glyphs - 1), optional
            k of each pair, 0 or less. By default no pair is limited.

        Returns
        -------
        list of (ndarray of int64, GapRequest)
            Indices of samples, and their request.
        """
        common, samples = self.request(glyphs, content), np.arange(len(content))
        if self.minimum >= 0 or (least is None and self.subtype == "between"):
            return [(samples, common)]
        if least is None:
            least = np.full((len(content), glyphs - 1), self.minimum)
        if self.subtype == "edge":
            least = np.pad(least, ((0, 0), (1, 1)))
        limited = (least > self.minimum).any(axis=1)
        parts = [] if limited.all() else [(samples[~limited], common.at(samples[~limited]))]
        if self.spacing.pair_ranges and limited.any():
            low, high = np.maximum(least, self.minimum), np.maximum(least, self.maximum)
            ranges = replace(common, minimums=low, maximums=high)
            return [*parts, (samples[limited], ranges.at(samples[limited]))]
        greatest = least.max(axis=1, initial=self.minimum)
        for gap in np.unique(greatest[limited]).tolist():
            rows = samples[limited & (greatest == gap)]
            bounds = {"minimum": max(gap, self.minimum), "maximum": max(gap, self.maximum)}
            parts.append((rows, replace(common.at(rows), **bounds)))
        return parts
