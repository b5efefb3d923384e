"""Check the contract of spacing strategies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError
from mnistseq.testing.common import (
    SAMPLES,
    SEED,
    START,
    check_component,
    check_unchanged,
    elsewhere,
    require,
)

_GLYPHS = 84
_COUNTS = (1, 2, 9)


def check_spacing(spacing: Spacing, *, fits: bool = True) -> None:
    """Check a spacing strategy, which may refuse some requests with SpacingError, but not all.

    Parameters
    ----------
    spacing : Spacing
    fits : bool
        Whether it supports a width; if not, only gaps without a width are requested.

    Raises
    ------
    AssertionError
        If the strategy violates the contract; the message says how.
    """
    copy = check_component("spacing", spacing)
    requests = [*_requests(fits=fits), *(_pair_ranges(fits=fits) if spacing.pair_ranges else ())]
    answers = [(request, _check_gaps(spacing, request)) for request in requests]
    drawn = [(request, gaps) for request, gaps in answers if gaps is not None]
    require(drawn, "it refuses every request, including free gaps of 3 to 9 pixels")
    if fits:
        require(
            any(request.width is not None for request, _ in drawn),
            "it refuses every width; check it with fits=False, and say so in its docstring",
        )
        for request in (
            GapRequest(2, 5, 9, _content(), _GLYPHS),
            GapRequest(2, 5, 9, _content(), 7),
        ):
            require(_check_gaps(spacing, request) is None, "it returns gaps where there is no room")
    others = elsewhere([(_draw, (spacing, request)) for request, _ in drawn])
    same = all((gaps == other).all() for (_, gaps), other in zip(drawn, others, strict=True))
    require(same, "another process draws different gaps")
    check_unchanged(spacing, copy)


def _requests(*, fits: bool) -> Iterator[GapRequest]:
    """Yield requests with equal and with different content widths."""
    for content in (_content(), _content() + np.arange(SAMPLES) % 5):
        yield from (GapRequest(count, 3, 9, content) for count in _COUNTS)
        yield GapRequest(4, 5, 5, content)
        yield GapRequest(3, -2, 4, content)
        if fits:
            fitting = [
                GapRequest(count, 2, 12, content, _GLYPHS + 4 + 7 * count) for count in _COUNTS
            ]
            yield from fitting
            yield from (replace(request, exact=True) for request in fitting)
    # Here no gap can reach its maximum, although gaps are small on average.
    if fits:
        yield GapRequest(5, 0, 100, _content(), _GLYPHS + 20)


def _pair_ranges(*, fits: bool) -> Iterator[GapRequest]:
    """Yield requests in which each gap has its own range."""
    count = 3
    low = -5 + (np.arange(SAMPLES)[:, None] + np.arange(count)) % 6
    for spread in (0, 1, 4):
        request = GapRequest(count, -5, -5 + spread, _content())
        high = np.maximum(low, request.maximum)
        request = replace(request, minimums=low, maximums=high)
        yield request
        if fits:
            for exact in (False, True):
                yield replace(request, width=_GLYPHS + int(high.sum(axis=1).min()), exact=exact)


def _check_gaps(spacing: Spacing, request: GapRequest) -> Ints | None:
    """Check one request and return its gaps, or None if the strategy refuses it."""
    content = request.content.copy()
    try:
        gaps = _draw(spacing, request)
    except SpacingError:
        return None
    except Exception as error:
        raise AssertionError(
            f"it raised {type(error).__name__}, not SpacingError, for {request}: {error}"
        ) from error
    _check_answer(request, gaps)
    require((request.content == content).all(), "the given widths of glyphs were written to")
    require((_draw(spacing, request) == gaps).all(), "equal calls gave different gaps")
    for row in range(SAMPLES):
        one = request.at(np.array([row]))
        alone = spacing.gaps(one, Stream(SEED, START + row, 1, "gap"))
        require((alone[0] == gaps[row]).all(), "a sample's gaps depend on its batch")
    return gaps


def _check_answer(request: GapRequest, gaps: Ints) -> None:
    require(isinstance(gaps, np.ndarray), f"gaps are {type(gaps).__name__}, not an array")
    shape = (SAMPLES, request.count)
    require(gaps.shape == shape, f"gaps have shape {gaps.shape}, not {shape}")
    require(gaps.dtype == np.int64, f"gaps are {gaps.dtype}, not int64")
    low, high = int(gaps.min()), int(gaps.max())
    if request.minimums is not None and request.maximums is not None:
        within = (gaps >= request.minimums) & (gaps <= request.maximums)
        require(within.all(), "gaps lie outside the range of their pair")
    else:
        require(
            request.minimum <= low and high <= request.maximum,
            f"gaps of {low} to {high} px lie outside {request.minimum} to {request.maximum}",
        )
    if request.room is not None:
        sums = gaps.sum(axis=1)
        fits = sums == request.room if request.exact else sums <= request.room
        verb = "must fill" if request.exact else "must fit in"
        require(
            fits.all(),
            f"gaps add up to {sums.tolist()} px, but {verb} {request.room.tolist()}",
        )


def _draw(spacing: Spacing, request: GapRequest) -> Ints:
    return spacing.gaps(request, Stream(SEED, START, SAMPLES, "gap"))


def _content() -> Ints:
    return np.full(SAMPLES, _GLYPHS, dtype=np.int64)
