"""Spacing: how wide the gaps are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

import numpy as np

from mnistseq.core.arrays import Flags, Ints
from mnistseq.core.gap_request import GapDistribution, GapRequest
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError

_DRAWN_GAPS = 2**17
"""How many gaps are drawn to estimate how they are distributed."""


class Spacing(ABC):
    """A strategy that chooses how wide the gaps are."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    pair_ranges: ClassVar[bool] = False
    """Whether it keeps each gap within `GapRequest.minimums` and `GapRequest.maximums`.

    Where it does not, it gets one range that suits all pairs of a sample."""

    @abstractmethod
    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Choose the gaps of a batch.

        Parameters
        ----------
        request : GapRequest
            How many gaps to choose, in which range, and how much room they have.
        stream : Stream
            The samples' random words, the only randomness allowed.

        Returns
        -------
        ndarray of int64, shape (B, request.count)
            Gaps in pixels: each within its range, each row's sum within the room.

        Raises
        ------
        SpacingError
            If no gaps meet the request.
        """

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples of a request the spacing has gaps: bool, shape (B,).

        By default the gaps of each sample are drawn. A spacing that can compute the
        answer overrides this method, which is then faster.
        """
        feasible = request.feasible()
        for sample in np.flatnonzero(feasible):
            try:
                self.gaps(request.at(np.array([sample])), Stream(0, 0, 1))
            except SpacingError:
                feasible[sample] = False
        return feasible

    def distribution(self, request: GapRequest) -> GapDistribution:
        """Return how often a gap of the request's first sample has each width.

        By default gaps are drawn, with a fixed seed. A spacing that can compute the answer
        overrides this method.

        Raises
        ------
        SpacingError
            If no gaps meet the request.
        """
        return GapDistribution.of_drawn(drawn_gaps(self, request))

    def sum_distribution(self, request: GapRequest) -> GapDistribution:
        """Return how often the gaps of the request's first sample have each sum.

        By default gaps are drawn, with a fixed seed. A spacing that can compute the answer
        overrides this method.

        Raises
        ------
        SpacingError
            If no gaps meet the request.
        """
        return GapDistribution.of_drawn(drawn_gaps(self, request).sum(axis=1, keepdims=True))

    def fit_probability(self, request: GapRequest) -> float | None:
        """Return the probability that free gaps of the first sample fit its width.

        By default gaps are drawn, with a fixed seed. None where gaps cannot be free.
        """
        if request.room is None:
            return 1.0
        try:
            gaps = drawn_gaps(self, replace(request, width=None, exact=False))
        except SpacingError:
            return None
        return float((gaps.sum(axis=1) <= request.room[0]).mean())


def drawn_gaps(spacing: Spacing, request: GapRequest) -> Ints:
    """Draw gaps of the first sample many times, with a fixed seed: shape (draws, count)."""
    draws = max(1, _DRAWN_GAPS // request.count)
    first = np.zeros(draws, dtype=np.int64)
    return spacing.gaps(request.at(first), Stream(0, 0, draws, "gap"))
