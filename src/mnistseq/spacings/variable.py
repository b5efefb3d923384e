"""Random gaps, uniform over all that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mnistseq.core.arrays import Flags, Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gaps import sample_with_sum, sample_within
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream


@dataclass(frozen=True)
class Variable(Spacing):
    """All vectors of gaps that fit are equally likely."""

    name: ClassVar[str] = "variable"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Draw the gaps of a batch: int64, shape (B, request.count)."""
        request.check()
        uniforms = stream.uniform(request.count + 1)
        if request.room is None:
            free = uniforms[:, 1:] * (request.span + 1)
            return request.minimum + free.astype("int64")
        room = request.room - request.count * request.minimum
        if request.exact:
            return request.minimum + sample_with_sum(uniforms[:, 1:], request.span, room)
        return request.minimum + sample_within(uniforms, request.span, room)

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples gaps exist: all whose gaps can be within the range."""
        return request.feasible()
