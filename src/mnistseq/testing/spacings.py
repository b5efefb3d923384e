"""The contract of spacing strategies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mnistseq.core.arrays import Ints
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
    need,
)

_GLYPHS = 84
_COUNTS = (1, 2, 9)


def check_spacing(spacing: Spacing, *, fits: bool = True) -> None:
    """Check a spacing strategy.

    It may refuse what it cannot do with SpacingError, but not everything.

    Parameters
    ----------
    spacing : Spacing
    fits : bool
        Whether it can keep gaps within a width; otherwise only free gaps are asked for.

    Raises
    ------
    AssertionError
        That says what the strategy does and what it should do.
    """
    copy = check_component("spacing", spacing)
    answers = [(space, _check_gaps(spacing, space)) for space in _spaces(fits=fits)]
    drawn = [(space, gaps) for space, gaps in answers if gaps is not None]
    need(drawn, "it refuses every request, free gaps of 3 to 9 pixels included")
    if fits:
        need(
            any(space.width is not None for space, _ in drawn),
            "it refuses every width; check it with fits=False, and say so in its docstring",
        )
        for space in (GapRequest(2, 5, 9, _content(), _GLYPHS), GapRequest(2, 5, 9, _content(), 7)):
            need(_check_gaps(spacing, space) is None, "it finds gaps where there is no room")
    there = elsewhere([(_draw, (spacing, space)) for space, _ in drawn])
    same = all((gaps == other).all() for (_, gaps), other in zip(drawn, there, strict=True))
    need(same, "another process draws other gaps")
    check_unchanged(spacing, copy)


def _spaces(*, fits: bool) -> Iterator[GapRequest]:
    """Requests: with glyphs of one width, and of a width for each sample."""
    for content in (_content(), _content() + np.arange(SAMPLES) % 5):
        yield from (GapRequest(count, 3, 9, content) for count in _COUNTS)
        yield GapRequest(4, 5, 5, content)
        yield GapRequest(3, -2, 4, content)
        if fits:
            fitting = [
                GapRequest(count, 2, 12, content, _GLYPHS + 4 + 7 * count) for count in _COUNTS
            ]
            yield from fitting
            yield from (replace(space, exact=True) for space in fitting)
    # No gap has its maximum here, however little of the range is used on average.
    if fits:
        yield GapRequest(5, 0, 100, _content(), _GLYPHS + 20)


def _check_gaps(spacing: Spacing, space: GapRequest) -> Ints | None:
    """Check one request; None where the strategy refuses it as it may."""
    content = space.content.copy()
    try:
        gaps = _draw(spacing, space)
    except SpacingError:
        return None
    except Exception as error:
        raise AssertionError(
            f"it raised {type(error).__name__}, not SpacingError, for {space}: {error}"
        ) from error
    _check_answer(space, gaps)
    need((space.content == content).all(), "the glyphs' widths that were given were written to")
    need((_draw(spacing, space) == gaps).all(), "equal calls gave different gaps")
    for row in range(SAMPLES):
        one = replace(space, content=space.content[row : row + 1])
        alone = spacing.gaps(one, Stream(SEED, START + row, 1, "gap"))
        need((alone[0] == gaps[row]).all(), "a sample's gaps change with its batch")
    return gaps


def _check_answer(space: GapRequest, gaps: Ints) -> None:
    need(isinstance(gaps, np.ndarray), f"gaps are {type(gaps).__name__}, not an array")
    shape = (SAMPLES, space.count)
    need(gaps.shape == shape, f"gaps have shape {gaps.shape}, not {shape}")
    need(gaps.dtype == np.int64, f"gaps are {gaps.dtype}, not int64")
    low, high = int(gaps.min()), int(gaps.max())
    need(
        space.minimum <= low and high <= space.maximum,
        f"gaps of {low} to {high} px lie outside {space.minimum} to {space.maximum}",
    )
    if space.room is not None:
        sums = gaps.sum(axis=1)
        fits = sums == space.room if space.exact else sums <= space.room
        verb = "have to fill" if space.exact else "have to fit in"
        need(
            fits.all(),
            f"gaps add up to {sums.tolist()} px, but {verb} {space.room.tolist()}",
        )


def _draw(spacing: Spacing, space: GapRequest) -> Ints:
    return spacing.gaps(space, Stream(SEED, START, SAMPLES, "gap"))


def _content() -> Ints:
    return np.full(SAMPLES, _GLYPHS, dtype=np.int64)
