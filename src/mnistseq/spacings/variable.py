"""variable: random gaps, uniform over all that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints
from mnistseq.core.gap_request import GapDistribution, GapRequest
from mnistseq.core.gaps import (
    fit_probability,
    gap_distribution,
    sample_with_sum,
    sample_within,
    sum_distribution,
)
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream


@dataclass(frozen=True)
class Variable(Spacing):
    """All vectors of gaps that fit are equally likely."""

    name: ClassVar[str] = "variable"
    pair_ranges: ClassVar[bool] = True

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Draw the gaps of a batch: int64, shape (B, request.count)."""
        request.check()
        uniforms = stream.uniform(request.count + 1)
        if request.minimums is not None and request.maximums is not None:
            return _within_ranges(request, request.minimums, request.maximums, uniforms)
        if request.room is None:
            free = uniforms[:, 1:] * (request.span + 1)
            return request.minimum + free.astype("int64")
        room = request.room - request.count * request.minimum
        if request.exact:
            return request.minimum + sample_with_sum(uniforms[:, 1:], request.span, room)
        return request.minimum + sample_within(uniforms, request.span, room)

    def distribution(self, request: GapRequest) -> GapDistribution:
        """Compute the distribution of a gap; estimate it if gaps have different ranges."""
        if _unequal(request):
            return super().distribution(request)
        request.check()
        low, span = _range(request)
        room = None if request.room is None else int(request.room[0]) - request.count * low
        chances = gap_distribution(request.count, span, room, request.exact)
        return GapDistribution({low + step: float(each) for step, each in enumerate(chances)})

    def sum_distribution(self, request: GapRequest) -> GapDistribution:
        """Compute the distribution of the sum; estimate it if gaps have different ranges."""
        if _unequal(request):
            return super().sum_distribution(request)
        request.check()
        low, span = _range(request)
        least = request.count * low
        room = None if request.room is None else int(request.room[0]) - least
        chances = sum_distribution(request.count, span, room, request.exact)
        return GapDistribution({least + step: float(each) for step, each in enumerate(chances)})

    def fit_probability(self, request: GapRequest) -> float | None:
        """Compute the probability that gaps fit; estimate it if gaps have different ranges."""
        if _unequal(request):
            return super().fit_probability(request)
        if request.room is None:
            return 1.0
        low, span = _range(request)
        return fit_probability(request.count, span, int(request.room[0]) - request.count * low)

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples gaps exist within the range."""
        return request.feasible()


def _unequal(request: GapRequest) -> bool:
    """Return whether the gaps of the first sample have different ranges."""
    if request.minimums is None or request.maximums is None:
        return False
    return bool(np.ptp(request.minimums[0]) or np.ptp(request.maximums[0]))


def _range(request: GapRequest) -> tuple[int, int]:
    """Return the smallest gap of the first sample, and the span of its range."""
    if request.minimums is None or request.maximums is None:
        return request.minimum, request.span
    low = int(request.minimums[0, 0])
    return low, int(request.maximums[0, 0]) - low


def _within_ranges(request: GapRequest, low: Ints, high: Ints, uniforms: Floats) -> Ints:
    """Draw gaps with individual ranges, each from its usual random word."""
    spans = high - low
    if request.room is None:
        gaps: Ints = low + (uniforms[:, 1:] * (spans + 1)).astype("int64")
        return gaps
    from mnistseq.core.unequal_gaps import sample_unequal_with_sum, sample_unequal_within

    room = request.room - request.least
    if request.exact:
        return low + sample_unequal_with_sum(uniforms[:, 1:], spans, room)
    return low + sample_unequal_within(uniforms, spans, room)
