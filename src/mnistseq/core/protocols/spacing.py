"""Spacing: chooses how wide the gaps are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

import numpy as np

from mnistseq.core.array_types import Flags, Ints
from mnistseq.core.gap_request import GapDistribution, GapRequest
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError

_DRAWN_GAPS = 2**17
"""Number of gaps drawn to estimate their distribution."""


class Spacing(ABC):
    """A strategy that chooses how wide the gaps are."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    pair_ranges: ClassVar[bool] = False
    """Whether `gaps` respects `GapRequest.minimums` and `GapRequest.maximums`.

    If not, it gets one range that suits all pairs of a sample."""

    @abstractmethod
    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Choose the gaps of a batch.

        Parameters
        ----------
        request : GapRequest
            The number of gaps, their range, and how much room they have.
        stream : Stream
            The samples' random words, the only source of randomness allowed.

        Returns
        -------
        ndarray of int64, shape (B, request.count)
            Gaps in pixels, each within its range, with no row's sum larger than the room.

        Raises
        ------
        SpacingError
            If no gaps satisfy the request.
        """

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples of a request the spacing has gaps: bool, shape (B,).

        By default the gaps of each sample are drawn. Override this if the answer can be
        computed, which is faster.
        """
        feasible = request.feasible()
        for sample in np.flatnonzero(feasible):
            try:
                self.gaps(request.at(np.array([sample])), Stream(0, 0, 1))
            except SpacingError:
                feasible[sample] = False
        return feasible

    def distribution(self, request: GapRequest) -> GapDistribution:
        """Return the distribution of a gap of the first sample.

        By default it is estimated by drawing gaps with a fixed seed. Override this if it can
        be computed.

        Raises
        ------
        SpacingError
            If no gaps satisfy the request.
        """
        return GapDistribution.of_drawn(drawn_gaps(self, request))

    def sum_distribution(self, request: GapRequest) -> GapDistribution:
        """Return the distribution of the sum of the gaps of the first sample.

        By default it is estimated by drawing gaps with a fixed seed. Override this if it can
        be computed.

        Raises
        ------
        SpacingError
            If no gaps satisfy the request.
        """
        return GapDistribution.of_drawn(drawn_gaps(self, request).sum(axis=1, keepdims=True))

    def fit_probability(self, request: GapRequest) -> float | None:
        """Return the probability that gaps drawn without regard to the width fit it, or None.

        This is for the first sample. By default it is estimated by drawing gaps with a fixed
        seed; None if the spacing cannot draw such gaps.
        """
        if request.room is None:
            return 1.0
        try:
            gaps = drawn_gaps(self, replace(request, width=None, exact=False))
        except SpacingError:
            return None
        return float((gaps.sum(axis=1) <= request.room[0]).mean())


def drawn_gaps(spacing: Spacing, request: GapRequest) -> Ints:
    """Draw the gaps of the first sample many times, with a fixed seed: shape (draws, count)."""
    draws = max(1, _DRAWN_GAPS // request.count)
    first = np.zeros(draws, dtype=np.int64)
    return spacing.gaps(request.at(first), Stream(0, 0, draws, "gap"))
