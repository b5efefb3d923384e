"""Gaps drawn at random, uniformly over all that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mnistseq.core.arrays import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gaps import sample_with_sum, sample_within
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream


@dataclass(frozen=True)
class Variable(Spacing):
    """Every vector of gaps that fits is equally likely."""

    name: ClassVar[str] = "variable"

    def gaps(self, space: GapRequest, stream: Stream) -> Ints:
        """Draw the gaps of a batch: int64, shape (B, space.count)."""
        space.check()
        uniforms = stream.uniform(space.count + 1)
        if space.room is None:
            free = uniforms[:, 1:] * (space.span + 1)
            return space.minimum + free.astype("int64")
        room = space.room - space.count * space.minimum
        if space.exact:
            return space.minimum + sample_with_sum(uniforms[:, 1:], space.span, room)
        return space.minimum + sample_within(uniforms, space.span, room)
