from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError
from mnistseq.spacings.fixed import Fixed


def fixed(count: int, minimum: int, maximum: int, content: list[int], width: int | None) -> Ints:
    space = GapRequest(count, minimum, maximum, np.array(content), width)
    return Fixed().gaps(space, Stream(0, 0, len(content), "gap"))


def test_gaps_divide_the_room_evenly() -> None:
    gaps = fixed(3, 0, 20, [90, 84, 60], 90)
    assert gaps.tolist() == [[0, 0, 0], [2, 2, 2], [10, 10, 10]]
    assert fixed(2, -9, 9, [90], 80).tolist() == [[-5, -5]]


def test_without_a_width_a_range_of_one_value_gives_the_gap() -> None:
    assert fixed(2, 7, 7, [56, 60], None).tolist() == [[7, 7], [7, 7]]
    assert fixed(2, -3, -3, [56], None).tolist() == [[-3, -3]]


def test_a_range_without_a_width_is_refused() -> None:
    message = (
        "fixed gaps of 3 to 8 px need a width that they fill; set a width, with fit pad or exact"
    )
    with pytest.raises(SpacingError, match=message):
        fixed(2, 3, 8, [56], None)


def test_room_that_does_not_divide_evenly_is_refused() -> None:
    message = (
        "fixed gaps cannot fill width 99: the glyphs are 84 px wide and 15 px do not divide "
        "evenly by 2 gaps; use a width of 98 or 100, another range, or variable gaps"
    )
    with pytest.raises(SpacingError, match=message):
        fixed(2, 0, 20, [84], 99)
    assert fixed(2, 0, 20, [84], 98).tolist() == [[7, 7]]
    assert fixed(2, 0, 20, [84], 100).tolist() == [[8, 8]]


def test_glyphs_wider_than_the_width_are_refused() -> None:
    message = (
        "fixed gaps cannot fill width 81: the glyphs are 84 px wide and that leaves no room for "
        "gaps; use a width of 84, another range, or variable gaps"
    )
    with pytest.raises(SpacingError, match=message):
        fixed(2, 0, 20, [84], 81)
    with pytest.raises(
        SpacingError, match="and -3 px do not divide evenly by 2 gaps; use a width of 80 or 82,"
    ):
        fixed(2, -9, 20, [84], 81)


@pytest.mark.parametrize(
    ("width", "gap", "nearest"), [(134, 25, 124), (86, 1, 94), (84, 0, 94), (64, -10, 94)]
)
def test_a_gap_outside_the_range_is_refused(width: int, gap: int, nearest: int) -> None:
    message = (
        f"cannot fill width {width}: the glyphs are 84 px wide and that makes each gap {gap} px, "
        f"outside 5 to 20; use a width of {nearest}, another range, or variable gaps"
    )
    with pytest.raises(SpacingError, match=message):
        fixed(2, 5, 20, [84], width)
    assert fixed(2, 5, 20, [84], nearest).shape == (1, 2)


def test_the_sample_that_does_not_fit_is_named() -> None:
    with pytest.raises(SpacingError, match=r"the glyphs are 85 px wide and 15 px do not divide"):
        fixed(2, 0, 20, [84, 86, 85], 100)


@given(
    st.integers(1, 12),
    st.integers(-9, 20),
    st.integers(0, 20),
    st.integers(200, 400),
    st.integers(100, 700),
)
def test_the_widths_that_an_error_names_work(
    count: int, minimum: int, span: int, content: int, width: int
) -> None:
    maximum = minimum + span
    try:
        gaps = fixed(count, minimum, maximum, [content], width)
    except SpacingError as error:
        listed = re.search(r"use a width of ([\d or]+),", str(error))
        assert listed
        widths = [int(number) for number in listed[1].split(" or ")]
        for other in widths:
            assert fixed(count, minimum, maximum, [content], other).shape == (1, count)
        # None of the widths between the asked and the named one would have done.
        nearest = min(widths, key=lambda other: abs(other - width))
        for other in range(min(width, nearest) + 1, max(width, nearest)):
            with pytest.raises(SpacingError):
                fixed(count, minimum, maximum, [content], other)
    else:
        assert len(set(gaps[0].tolist())) == 1
        assert minimum <= gaps[0, 0] <= maximum
        assert content + gaps.sum() == width
