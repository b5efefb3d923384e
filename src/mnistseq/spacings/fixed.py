"""All gaps alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError


@dataclass(frozen=True)
class Fixed(Spacing):
    """Every gap of an image is the same and the image is filled."""

    name: ClassVar[str] = "fixed"

    def gaps(self, space: GapRequest, stream: Stream) -> Ints:
        """Share the room out evenly: int64, shape (B, space.count)."""
        if space.room is None:
            if space.span:
                raise SpacingError(
                    f"fixed gaps between {space.minimum} and {space.maximum} px without a width "
                    "to fill (fit resize leaves gaps free): give a width with another fit, or make min "
                    "and max equal"
                )
            gap = np.full(len(space.content), space.minimum)
        else:
            gap = space.room // space.count
            wrong = (
                (gap * space.count != space.room) | (gap < space.minimum) | (gap > space.maximum)
            )
            if wrong.any():
                _refuse(space, int(wrong.argmax()))
        return np.repeat(gap[:, None], space.count, axis=1)


def _refuse(space: GapRequest, sample: int) -> None:
    content, width = int(space.content[sample]), int(space.width or 0)
    gap, over = divmod(width - content, space.count)
    reason = f"that makes each gap {gap} px, outside {space.minimum} to {space.maximum}"
    if over and width < content and space.minimum >= 0:
        reason = "that leaves no room for gaps"
    elif over:
        reason = f"{width - content} px do not divide evenly by {space.gaps_text()}"
    nearest = sorted(
        {
            content + space.aside + space.count * min(max(near, space.minimum), space.maximum)
            for near in (gap, gap + 1)
        }
    )
    raise SpacingError(
        f"fixed gaps cannot fill width {width + space.aside}: {space.content_text(sample)} and {reason}; "
        f"take a width of {' or '.join(map(str, nearest))}, another range, or variable gaps"
    )
