"""Sizes of glyphs and their places in the cell of 28 x 28 units."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.placing import DIGITS, CellPlacer, Measure, measures


def drawing(label: str, box: tuple[float, float, float, float], writer: str = "a") -> Drawing:
    """A diagonal line in a box."""
    x0, y0, x1, y1 = box
    return Drawing(label, writer, [np.array([[x0, y0], [x1, y1]])], "")


def box_in_cell(placer: CellPlacer, given: Drawing) -> list[float]:
    points = np.concatenate(placer.place(given))
    return [round(value, 6) for value in (*points.min(axis=0), *points.max(axis=0))]


LINE = [drawing("7", (100 * n, 200, 100 * n + 50, 300 + n)) for n in range(5)]
"""Digits of a writer, 100 to 104 high, on one line at y = 302."""


def placer_of(*drawings: Drawing, equal: frozenset[str] = DIGITS) -> CellPlacer:
    return CellPlacer.of(drawings, measures(drawings), equal)


def test_a_digit_is_20_units_high_in_the_middle_whatever_its_size() -> None:
    placer = placer_of(*LINE)
    for height in (10, 100, 380):
        given = drawing("4", (0, 0, height / 2, height))
        assert box_in_cell(placer, given) == [9, 4, 19, 24]


def test_a_point_stays_a_point_on_the_line() -> None:
    placer = placer_of(*LINE)
    left, top, right, bottom = box_in_cell(placer, drawing(".", (40, 297, 45, 302)))
    assert right - left == pytest.approx(5 * 20 / 102)
    assert bottom - top == pytest.approx(5 * 20 / 102)
    assert (left + right) / 2 == pytest.approx(14)
    assert bottom == pytest.approx(24)


def test_a_comma_hangs_below_the_line_and_a_dash_is_above_it() -> None:
    placer = placer_of(*LINE)
    assert box_in_cell(placer, drawing(",", (0, 292, 5, 312)))[3] == pytest.approx(24 + 200 / 102)
    assert box_in_cell(placer, drawing("-", (0, 250, 51, 251)))[3] == pytest.approx(14)


def test_no_path_comes_nearer_to_the_border_than_a_unit() -> None:
    placer = placer_of(*LINE)
    for given in (
        drawing("/", (0, 0, 90, 400)),
        drawing("_", (0, 400, 900, 401)),
        drawing("2", (0, 0, 300, 100)),
        drawing(",", (0, 320, 5, 390)),
    ):
        left, top, right, bottom = box_in_cell(placer, given)
        assert min(left, top) >= 1
        assert max(right, bottom) <= 27


def test_natural_digits_keep_their_sizes_beside_the_median_digit() -> None:
    placer = placer_of(*LINE, equal=frozenset())
    zero = drawing("0", (0, 0, 51, 76.5))
    assert box_in_cell(placer, zero) == [9, 9, 19, 24]


def test_a_writer_whose_digits_are_all_over_the_page_has_no_line() -> None:
    page = [drawing("3", (0, 400 * n, 50, 400 * n + 100), "b") for n in range(6)]
    found = measures([*LINE, *page])
    assert found == {"a": Measure(102, 302), "b": Measure(100, None)}


def test_feet_that_are_all_equal_are_no_line() -> None:
    boxed = [drawing("3", (0, 0, 50, 100)) for _ in range(6)]
    assert measures(boxed) == {"a": Measure(100, None)}


def test_glyphs_without_a_line_or_a_hand_get_what_is_usual_for_their_label() -> None:
    page = [drawing("3", (0, 400 * n, 50, 400 * n + 100), "b") for n in range(6)]
    usual = drawing("-", (0, 250, 51, 251))
    placer = placer_of(*LINE, *page, usual)
    assert box_in_cell(placer, drawing("-", (0, 0, 50, 2), "b"))[3] == pytest.approx(14)
    left, _, right, _ = box_in_cell(placer, drawing("-", (0, 0, 7, 1), "unknown"))
    assert right - left == pytest.approx(10)


def test_a_glyph_recorded_at_another_scale_gets_what_is_usual_for_its_label() -> None:
    usual = drawing("-", (0, 250, 51, 251))
    placer = placer_of(*LINE, usual)
    left, _, right, bottom = box_in_cell(placer, drawing("-", (0, 4000, 4000, 4010)))
    assert right - left == pytest.approx(10)
    assert bottom == pytest.approx(14)
