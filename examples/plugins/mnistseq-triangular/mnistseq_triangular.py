"""A spacing strategy: gaps of a triangular distribution."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError
from mnistseq.hookspecs import hookimpl


@dataclass(frozen=True)
class Triangular(Spacing):
    """Draw gaps from a triangular distribution; cannot fill a width exactly."""

    name: ClassVar[str] = "triangular"

    peak: Annotated[float, Ge(0), Le(1)] = field(
        default=0.5,
        metadata={"help": "most likely gap: 0 is the least of the range, 1 the largest"},
    )

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Draw the gaps of a batch, none wider than an equal part of the room."""
        request.check()
        if request.exact:
            raise SpacingError("triangular gaps cannot fill a width exactly; use fit pad")
        share = (
            request.span
            if request.room is None
            else request.room // request.count - request.minimum
        )
        # Each whole number gets an interval of equal length, so there is one more than the span.
        width = np.minimum(request.span, share)[..., None] + 1
        u = stream.uniform(request.count)
        rising, falling = np.sqrt(u * self.peak), 1 - np.sqrt((1 - u) * (1 - self.peak))
        position = np.where(u < self.peak, rising, falling)
        gaps: Ints = request.minimum + np.minimum(position * width, width - 1).astype(np.int64)
        return gaps


@hookimpl
def mnistseq_spacings() -> list[type[Triangular]]:
    """Return the strategy."""
    return [Triangular]
