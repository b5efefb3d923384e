"""GapRule: the settings that determine the gaps of every sample."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.errors import SpacingError

Subtype: TypeAlias = Literal["between", "edge"]
FitMode: TypeAlias = Literal["pad", "exact", "resize"]
Align: TypeAlias = Literal["left", "center", "right", "random"]


@dataclass(frozen=True)
class GapRule:
    """The settings that determine the gaps of every sample.

    Parameters
    ----------
    spacing : Spacing
        The strategy that chooses the gaps.
    subtype : {'between', 'edge'}
        n - 1 gaps between n glyphs, or n + 1 gaps, including one at each end.
    minimum, maximum : int
        Range of each gap in pixels, both ends included.
    width : int or None
        Width of the finished image in pixels; None means the width of its content.
    fit : {'pad', 'exact', 'resize'}
        How the width is reached: by adding margins, by choosing gaps that fill it, or by
        scaling the line.
    align : {'left', 'center', 'right', 'random'}
        Position of the line between the margins of "pad".
    added_width : int
        Part of the width that canvas transforms add to the line, in pixels.

    Raises
    ------
    SpacingError
        If the range is empty, or the added width leaves no room for a line.
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
        """Return the rule with another range or width; None keeps the present value."""
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
        """Width of the painted line in pixels; None if it is not limited."""
        return None if self.width is None or self.fit == "resize" else self.width - self.added_width

    @property
    def stretch_to(self) -> int | None:
        """Width to which painted lines are scaled, in pixels; None if they are not."""
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
            Total width of each line's glyphs, in pixels.
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
        """Return requests whose gaps hide no glyph, each with the indices of its samples.

        The range of a gap is ``max(minimum, k)`` to ``max(maximum, k)``, where k is the
        smallest gap that hides no glyph; with `edge`, k is 0 for the first and the last gap.
        Samples with an unchanged range share one request. A spacing without
        `pair_ranges` gets one range for all pairs of a sample, that of the greatest k.

        Parameters
        ----------
        glyphs : int
        content : ndarray of int64, shape (B,)
            Total width of each line's glyphs, in pixels.
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
