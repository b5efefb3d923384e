"""Equal gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mnistseq.core.arrays import Flags, Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError


@dataclass(frozen=True)
class Fixed(Spacing):
    """All gaps of an image are equal and fill its width."""

    name: ClassVar[str] = "fixed"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Divide the room evenly: int64, shape (B, request.count)."""
        if request.room is None:
            if request.span:
                raise SpacingError(
                    f"fixed gaps of {request.minimum} to {request.maximum} px need a width to "
                    "fill (fit resize leaves gaps free); set a width with another fit, or make min "
                    "and max equal"
                )
            gap = np.full(len(request.content), request.minimum)
        else:
            gap = request.room // request.count
            feasible = self.feasible(request)
            if not feasible.all():
                _refuse(request, int(feasible.argmin()))
        return np.repeat(gap[:, None], request.count, axis=1)

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples the gaps come out whole and within the range."""
        if request.room is None:
            return np.full(len(request.content), request.span == 0)
        gap = request.room // request.count
        whole: Flags = gap * request.count == request.room
        return whole & (gap >= request.minimum) & (gap <= request.maximum)


def _refuse(request: GapRequest, sample: int) -> None:
    content, width = int(request.content[sample]), int(request.width or 0)
    gap, over = divmod(width - content, request.count)
    reason = f"that makes each gap {gap} px, outside {request.minimum} to {request.maximum}"
    if over and width < content and request.minimum >= 0:
        reason = "that leaves no room for gaps"
    elif over:
        reason = f"{width - content} px do not divide evenly by {request.gaps_text()}"
    nearest = sorted(
        {
            content
            + request.added_width
            + request.count * min(max(near, request.minimum), request.maximum)
            for near in (gap, gap + 1)
        }
    )
    raise SpacingError(
        f"fixed gaps cannot fill width {width + request.added_width}: {request.content_text(sample)} and {reason}; "
        f"use a width of {' or '.join(map(str, nearest))}, another range, or variable gaps"
    )
