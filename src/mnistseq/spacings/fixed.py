"""fixed: equal gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mnistseq.core.array_types import Flags, Ints
from mnistseq.core.gap_request import GapDistribution, GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError


@dataclass(frozen=True)
class Fixed(Spacing):
    """All gaps of an image are equal and fill its width.

    Without a width, each gap has the one value of its range.
    """

    name: ClassVar[str] = "fixed"
    pair_ranges: ClassVar[bool] = True

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Divide the room evenly: int64, shape (B, request.count)."""
        feasible = self.feasible(request)
        if request.room is not None:
            if not feasible.all():
                _refuse(request, int(feasible.argmin()))
            gap = request.room // request.count
            return np.repeat(gap[:, None], request.count, axis=1)
        if not feasible.all():
            raise SpacingError(
                f"fixed gaps of {request.minimum} to {request.maximum} px need a width that they "
                "fill; set a width, with fit pad or exact"
            )
        if request.minimums is not None:
            return request.minimums
        return np.full((len(request.content), request.count), request.minimum)

    def distribution(self, request: GapRequest) -> GapDistribution:
        """Return the widths of the gaps, which are not random."""
        gaps = self.gaps(request.at(np.zeros(1, dtype=np.int64)), Stream(0, 0, 1))
        values, number = np.unique(gaps, return_counts=True)
        chances = (number / gaps.size).tolist()
        return GapDistribution(dict(zip(values.tolist(), chances, strict=True)))

    def fit_probability(self, request: GapRequest) -> float | None:
        """Return None if there is a width, because gaps are determined by it."""
        return 1.0 if request.room is None else None

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples the gaps are whole numbers within the range."""
        if request.room is None:
            single: Flags = request.least == request.most
            return single
        gap = request.room // request.count
        whole: Flags = gap * request.count == request.room
        low, high = _common_range(request)
        return whole & (gap >= low) & (gap <= high)


def _common_range(request: GapRequest) -> tuple[Ints, Ints]:
    """Return the range common to all gaps of a sample; empty if its start exceeds its end."""
    if request.minimums is None or request.maximums is None:
        samples = len(request.content)
        return np.full(samples, request.minimum), np.full(samples, request.maximum)
    return request.minimums.max(axis=1), request.maximums.min(axis=1)


def _refuse(request: GapRequest, sample: int) -> None:
    content, width = int(request.content[sample]), int(request.width or 0)
    low, high = (int(end[sample]) for end in _common_range(request))
    gap, over = divmod(width - content, request.count)
    reason = f"that makes each gap {gap} px, outside {low} to {high}"
    if low > high:
        reason = "no gap is in the range of every pair, as none may hide a glyph"
    elif over and width < content and request.minimum >= 0:
        reason = "that leaves no room for gaps"
    elif over:
        reason = f"{width - content} px do not divide evenly by {request.gaps_text()}"
    elif request.minimums is not None:
        reason += ", the gaps that hide no glyph"
    ways = "" if low > high else _nearest(request, content, low, high)
    raise SpacingError(
        f"fixed gaps cannot fill width {width + request.added_width}: "
        f"{request.content_text(sample)} and {reason}; "
        f"use {ways}another range, or variable gaps"
    )


def _nearest(request: GapRequest, content: int, low: int, high: int) -> str:
    gap = (int(request.width or 0) - content) // request.count
    nearest = sorted(
        {
            content + request.added_width + request.count * min(max(near, low), high)
            for near in (gap, gap + 1)
        }
    )
    return f"a width of {' or '.join(map(str, nearest))}, "
