"""Verdicts on lines, against drawing the gaps of every width that glyphs can have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any, ClassVar, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq import Composer, GlyphBank
from mnistseq.core.array_types import Ints
from mnistseq.core.cell_widths import ContentWidth, LeastGap
from mnistseq.core.feasibility import check_line, gap_problem, needs_labels, row_problem
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gap_rule import FitMode, GapRule, Subtype
from mnistseq.core.layout import draw_gaps
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError
from mnistseq.spacings.fixed import Fixed
from mnistseq.spacings.variable import Variable


@dataclass(frozen=True)
class Least(Spacing):
    """Every gap is the least; only `gaps` says what is possible."""

    name: ClassVar[str] = "least"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        request.check()
        least = request.content + request.count * request.minimum
        if request.exact and request.width is not None and (least != request.width).any():
            raise SpacingError("the least gaps do not fill the width")
        return np.full((len(request.content), request.count), request.minimum)


SPACINGS: list[Spacing] = [Variable(), Fixed(), Least()]


@st.composite
def rules(draw: st.DrawFn) -> GapRule:
    minimum = draw(st.integers(0, 6))
    return GapRule(
        draw(st.sampled_from(SPACINGS)),
        draw(st.sampled_from(get_args(Subtype))),
        minimum,
        minimum + draw(st.integers(0, 6)),
        draw(st.one_of(st.none(), st.integers(10, 120))),
        draw(st.sampled_from(get_args(FitMode))),
    )


@given(rule=rules(), length=st.integers(1, 5), low=st.integers(5, 60), spread=st.integers(0, 30))
def test_a_verdict_is_what_drawing_gaps_for_every_width_says(
    rule: GapRule, length: int, low: int, spread: int
) -> None:
    content = ContentWidth(low, low + spread // 2, low + spread)
    check = check_line(rule, length, content)
    problems = [gap_problem(rule, length, each) for each in range(low, low + spread + 1)]
    expected = "always" if not any(problems) else "never" if all(problems) else "sometimes"
    assert check.possible == expected
    assert check.problem in ([None] if expected == "always" else problems)


@pytest.mark.parametrize(
    ("low", "high", "possible", "problem"),
    [
        (MAX_WIDTH - 60, MAX_WIDTH - 40, "always", None),
        (MAX_WIDTH - 60, MAX_WIDTH - 39, "sometimes", f"could be {MAX_WIDTH + 1} px wide"),
        (MAX_WIDTH - 20, MAX_WIDTH - 20, "sometimes", f"could be {MAX_WIDTH + 20} px wide"),
        (MAX_WIDTH + 1, MAX_WIDTH + 9, "never", f"would be {MAX_WIDTH + 1} px wide"),
    ],
)
def test_a_line_as_wide_as_its_content_may_exceed_the_limit(
    low: int, high: int, possible: str, problem: str | None
) -> None:
    check = check_line(GapRule(Variable()), 3, ContentWidth(low, low, high))
    assert check.possible == possible
    assert (problem or "None") in str(check.problem)


@pytest.mark.parametrize(
    ("length", "own", "problem"),
    [
        (3, {}, None),
        (3, {"width": 84}, None),
        (3, {"width": 83}, "width 83 is too small: the glyphs are 84 px wide"),
        (3, {"minimum": 30}, "a minimum gap of 30 px exceeds the maximum of 20 px"),
        (3, {"minimum": 30, "maximum": 40}, None),
        (3, {"minimum": 30, "maximum": 40, "width": 120}, "width 120 is too small"),
        (1, {}, None),
        (1, {"width": 27}, "width 27 is too small: the glyph is 28 px wide; take"),
        (2500, {}, "an image would be 70000 px wide"),
    ],
)
def test_a_row_has_a_problem_with_its_own_range_and_width(
    mnist: GlyphBank, length: int, own: dict[str, Any], problem: str | None
) -> None:
    found = row_problem(Composer(mnist, GapRule(Variable())), length, **own)
    assert found is None if problem is None else str(found).startswith(problem)


def test_labels_matter_where_glyphs_have_one_writer_or_a_label_has_none(mnist: GlyphBank) -> None:
    composer = Composer(mnist, GapRule(Variable()))
    assert not needs_labels(composer)
    assert needs_labels(replace(composer, writer="one"))
    lacking = replace(mnist, members=np.flatnonzero(mnist.codes != 4))
    assert needs_labels(replace(composer, bank=lacking))
    problem = row_problem(replace(composer, bank=lacking), 2, labels=frozenset("34"))
    assert problem == "source mnist has the label '4' but no glyph of it"
    assert row_problem(replace(composer, bank=lacking), 2, labels=frozenset("35")) is None


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"minimum": -60}, None),
        ({"minimum": -60, "width": 8}, None),
        (
            {"minimum": -60, "width": 7},
            "width 7 is too small: 5 glyphs that do not hide each other are at least 8 px wide",
        ),
        ({"minimum": -60, "maximum": -50}, None),
    ],
)
def test_a_row_whose_glyphs_overlap_is_refused_only_where_no_glyphs_fit(
    mnist: GlyphBank, own: dict[str, Any], problem: str | None
) -> None:
    composer = Composer(mnist, GapRule(Variable()), crop="ink")
    found = row_problem(composer, 5, **own)
    assert found is None if problem is None else str(found).startswith(problem), found


@pytest.mark.parametrize("spacing", [Variable(), Fixed()])
@pytest.mark.parametrize("fit", ["pad", "exact"])
@given(
    content=st.tuples(st.integers(3, 30), st.integers(0, 6)),
    width=st.integers(3, 40),
    minimum=st.integers(-12, 3),
    span=st.integers(0, 9),
    least=st.tuples(st.integers(-9, 0), st.integers(-9, 0)),
    edge=st.booleans(),
)
def test_a_verdict_on_overlaps_holds_for_all_pairs_between_its_bounds(
    spacing: Spacing,
    fit: FitMode,
    content: tuple[int, int],
    width: int,
    minimum: int,
    span: int,
    least: tuple[int, int],
    edge: bool,
) -> None:
    low, high = sorted(least)
    rule = GapRule(spacing, "edge" if edge else "between", minimum, minimum + span, width, fit)
    narrow, wide = content[0], content[0] + content[1]
    check = check_line(rule, 3, ContentWidth(narrow, narrow, wide), LeastGap(low, low, high))
    drawn = set()
    for size, first, second in product((narrow, wide), (low, high), (low, high)):
        pairs = np.array([[first, second]])
        try:
            draw_gaps(rule, 3, np.array([size]), Stream(0, 0, 1), pairs)
            drawn.add(True)
        except SpacingError:
            drawn.add(False)
    assert check.possible != "always" or drawn == {True}
    assert check.possible != "never" or drawn == {False}
