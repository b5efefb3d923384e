from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mnistseq.core.gap_request import GapRequest
from mnistseq.errors import SpacingError


def space(
    content: list[int],
    width: int | None,
    *,
    count: int = 2,
    minimum: int = 0,
    maximum: int = 20,
    exact: bool = False,
) -> GapRequest:
    return GapRequest(count, minimum, maximum, np.array(content), width, exact)


def test_room_and_span_follow_from_range_and_width() -> None:
    some = space([84, 56], 90, minimum=-3)
    assert some.span == 23
    assert some.room is not None
    assert some.room.tolist() == [6, 34]
    assert space([84], None).room is None
    assert (space([84], 90).gaps_text(), space([84], 90, count=1).gaps_text()) == (
        "2 gaps",
        "1 gap",
    )


def test_everything_goes_without_a_width() -> None:
    space([10**6], None, exact=True).check()


def test_gaps_too_wide_for_the_width() -> None:
    message = (
        "width 90 is too small: the glyphs are 84 px wide and 2 gaps of at least 5 px make that "
        "94; take a width of 94 or more, a minimum of 3 or less or fit resize, which squeezes "
        "the glyphs"
    )
    with pytest.raises(SpacingError, match=message):
        space([84], 90, minimum=5).check()
    space([84], 94, minimum=5).check()
    space([84], 90, minimum=3).check()
    with pytest.raises(SpacingError, match="width 93 is too small"):
        space([84], 93, minimum=5).check()
    with pytest.raises(SpacingError, match="width 90 is too small"):
        space([84], 90, minimum=4).check()


def test_digits_wider_than_the_width() -> None:
    # No minimum of 0 or more helps here, so none is named.
    message = (
        "width 80 is too small: the glyphs are 84 px wide and 2 gaps of at least 0 px make that "
        "84; take a width of 84 or more or fit resize, which squeezes the glyphs"
    )
    with pytest.raises(SpacingError, match=message):
        space([84], 80).check()
    space([84], 84).check()


def test_a_width_that_gaps_cannot_fill() -> None:
    message = (
        "width 130 cannot be filled: the glyphs are 84 px wide and 2 gaps of at most 20 px make "
        "that 124; take a width of 124 or less, a maximum of 23 or more, or fit pad, which adds "
        "margins"
    )
    with pytest.raises(SpacingError, match=message):
        space([84], 130, exact=True).check()
    space([84], 124, exact=True).check()
    space([84], 130, maximum=23, exact=True).check()
    space([84], 130).check()
    with pytest.raises(SpacingError, match="width 125 cannot be filled"):
        space([84], 125, exact=True).check()
    with pytest.raises(SpacingError, match="width 130 cannot be filled"):
        space([84], 130, maximum=22, exact=True).check()


def test_the_sample_that_is_worst_off_is_named() -> None:
    with pytest.raises(SpacingError, match=r"the glyphs are 88 px wide .* a width of 98 or more"):
        space([84, 88, 70], 90, minimum=5).check()
    with pytest.raises(SpacingError, match=r"the glyphs are 70 px wide .* a width of 110 or less"):
        space([84, 88, 70], 130, exact=True).check()


@given(
    content=st.lists(st.integers(100, 300), min_size=1, max_size=5),
    width=st.integers(1, 500),
    count=st.integers(1, 12),
    minimum=st.integers(-5, 20),
    extra=st.integers(0, 20),
)
def test_what_a_message_names_works(
    content: list[int], width: int, count: int, minimum: int, extra: int
) -> None:
    def check(
        width: int, minimum: int = minimum, maximum: int = minimum + extra, *, exact: bool
    ) -> str:
        try:
            GapRequest(count, minimum, maximum, np.array(content), width, exact).check()
        except SpacingError as error:
            return str(error)
        return ""

    message = check(width, exact=False)
    if message:
        least = re.search(r"a width of (-?\d+) or more", message)
        assert least
        assert not check(int(least[1]), exact=False)
        lower = re.search(r"a minimum of (-?\d+) or less", message)
        assert bool(lower) == (max(content) <= width)
        if lower:
            assert not check(width, minimum=int(lower[1]), exact=False)
    else:
        message = check(width, exact=True)
        assume(message)
        most = re.search(r"a width of (-?\d+) or less", message)
        higher = re.search(r"a maximum of (-?\d+) or more", message)
        assert higher
        assert most
        if len(content) == 1:  # what fills one sample may be too narrow for another
            assert not check(int(most[1]), exact=True)
        assert not check(width, maximum=int(higher[1]), exact=True)
