"""How far neighbours may overlap: every glyph keeps a column of ink of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq import Composer, GlyphBank, Sample
from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gap_rule import FitMode, GapRule
from mnistseq.core.glyph_cells import GlyphCells, SelectedGlyphs
from mnistseq.core.layout import draw_gaps
from mnistseq.core.overlap_limits import least_gaps
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.spacings.fixed import Fixed
from mnistseq.spacings.variable import Variable

Cell = tuple[int, int, int]
"""Columns before the ink of a glyph, of its ink, and after it."""

cells = st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 4)).filter(any)


def least(line: list[Cell], minimum: int) -> list[int]:
    """The least gap between each two neighbours of a line."""
    ink = np.array([[before, 0, before + own, 5] if own else [0] * 4 for before, own, _ in line])
    widths = np.array([sum(cell) for cell in line])
    pool = GlyphCells(np.zeros((len(line), 1, 1), np.uint8), ink, np.zeros_like(widths), widths)
    glyphs = SelectedGlyphs(pool, np.arange(len(line)))
    sequences = Sequences(np.zeros(len(line), np.int64), np.array([len(line)]))
    found: list[int] = least_gaps(minimum, sequences, glyphs).tolist()
    assert found[0] == 0
    return found[1:]


def hidden(line: list[Cell], gaps: list[int]) -> bool:
    """Whether a glyph has no column of its own, or a cell does not end after its neighbour's."""
    ends, columns, x = [], [], 0
    for (before, own, after), gap in zip(line, [0, *gaps], strict=True):
        x += gap
        width = before + own + after
        start, end = (x + before, x + before + own) if own else (x, x + width)
        columns.append(set(range(start, end)))
        ends.append((x, x + width))
        x += width
    alone = all(
        mine - set().union(*(other for other in columns if other is not mine)) for mine in columns
    )
    ordered = all(a < c and b < d for (a, b), (c, d) in pairwise(ends))
    return not (alone and ordered)


@given(st.lists(cells, min_size=2, max_size=2))
def test_a_pair_may_overlap_up_to_its_last_column(line: list[Cell]) -> None:
    (gap,) = least(line, -99)
    assert gap <= 0
    assert not hidden(line, [gap])
    assert hidden(line, [gap - 1])


@given(st.lists(cells, min_size=2, max_size=7), st.integers(-20, -1), st.data())
def test_no_gaps_of_the_ranges_hide_a_glyph(
    line: list[Cell], minimum: int, data: st.DataObject
) -> None:
    lows = [max(gap, minimum) for gap in least(line, minimum)]
    gaps = [data.draw(st.sampled_from([low, low, low + 1, 0])) for low in lows]
    assert not hidden(line, gaps)


@given(st.lists(cells, min_size=2, max_size=7), st.integers(-20, -1))
def test_only_pairs_whose_glyphs_could_be_hidden_are_limited(
    line: list[Cell], minimum: int
) -> None:
    if not hidden(line, [minimum] * (len(line) - 1)):
        assert all(gap <= minimum for gap in least(line, minimum))


def test_two_neighbours_share_a_narrow_glyph() -> None:
    block = 0, 12, 0
    assert least([block, (0, 2, 0), block], -8) == [0, -1]
    assert least([block, (0, 9, 0), block], -8) == [-4, -4]
    # The narrow glyph cannot reach further than its own width, so more is left to the other.
    assert least([(0, 3, 0), (0, 9, 0), block], -8) == [-2, -6]
    assert least([block, block, block], -8) == [-5, -6]
    assert least([(0, 17, 0)] * 4, -8) == [-8] * 3


def test_glyphs_of_other_sequences_do_not_count() -> None:
    widths = np.array([10, 2, 2, 10])
    ink = np.stack([0 * widths, 0 * widths, widths, widths], axis=1)
    pool = GlyphCells(np.zeros((4, 1, 1), np.uint8), ink, 0 * widths, widths)
    sequences = Sequences(np.zeros(4, np.int64), np.array([2, 2]))
    found = least_gaps(-9, sequences, SelectedGlyphs(pool, np.arange(4)))
    assert found.tolist() == [0, -1, 0, -1]


def own_columns(sample: Sample) -> list[set[int]]:
    columns = [set(range(x0, x1)) for x0, _, x1, _ in sample.ink_boxes.tolist()]
    return [
        mine - set().union(*(c for other, c in enumerate(columns) if other != position))
        for position, mine in enumerate(columns)
    ]


RULES: list[dict[str, Any]] = [
    {},
    {"width": 230},
    {"width": 110, "fit": "exact", "minimum": -60, "maximum": 110},
    {"subtype": "edge"},
    {"spacing": Fixed(), "minimum": -8, "maximum": -8},
]


@pytest.mark.parametrize("fields", [{"crop": "ink"}, {}, {"crop": "ink", "height": 40}], ids=str)
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_painted_glyph_keeps_a_column_of_its_own(
    mnist: GlyphBank, rule: dict[str, Any], fields: dict[str, Any]
) -> None:
    given_rule: dict[str, Any] = {"spacing": Variable(), "minimum": -27, "maximum": -2, **rule}
    composer = Composer(mnist, GapRule(**given_rule), **fields)
    samples = composer.compose(["12345", "1111", "71", "8015", "4"] * 20, 3)
    limited = 0
    for sample in samples:
        boxes, columns = sample.boxes, own_columns(sample)
        assert all(columns)
        assert boxes[:, 0].min() >= 0
        assert boxes[:, 2].max() <= sample.image.shape[1]
        gaps = boxes[1:, 0] - boxes[:-1, 2]
        limited += int((gaps > given_rule["maximum"]).sum())
        for glyph, own, box in zip(sample.glyph_ids, columns, boxes.tolist(), strict=True):
            if fields.get("height") is None:
                left = box[0] - (int(mnist.ink[glyph, 0]) if fields else 0)
                alone = 255 - mnist.pixels[glyph][:, [column - left for column in sorted(own)]]
                assert (sample.image[:, sorted(own)] == alone).all()
    if fields == {"crop": "ink"} and given_rule["maximum"] < 0:
        assert limited


def test_samples_that_nothing_limits_have_the_gaps_of_the_common_range() -> None:
    stream, content = Stream(3, 0, 4, "gap"), np.array([60, 60, 60, 60])
    for fit, width in (("pad", None), ("pad", 53), ("exact", 53)):
        rule = GapRule(Variable(), "between", -8, 3, width, fit)  # type: ignore[arg-type]
        plain = draw_gaps(rule, 4, content, stream)
        pairs = np.array([[-9, -8, -20], [-1, -9, -9], [-8, -8, -8], [0, 0, -9]])
        found = draw_gaps(rule, 4, content, stream, pairs)
        assert (found[[0, 2]] == plain[[0, 2]]).all()
        low = np.maximum(pairs, -8)
        assert (found >= low).all()
        assert (found <= 3).all()
        for row in range(4):
            alone = draw_gaps(rule, 4, content[[row]], Stream(3, row, 1, "gap"), pairs[[row]])
            assert (alone[0] == found[row]).all()


def test_the_range_of_a_limited_pair_is_all_used_evenly() -> None:
    number = 6_000
    rule = GapRule(Variable(), minimum=-8, maximum=-2)
    pairs = np.tile([-1, -5, -9], (number, 1))
    gaps = draw_gaps(rule, 4, np.full(number, 60), Stream(1, 0, number, "gap"), pairs)
    for column, low, high in ((0, -1, -1), (1, -5, -2), (2, -8, -2)):
        seen = np.bincount(gaps[:, column] - low)
        assert len(seen) == high - low + 1
        assert len(seen) == 1 or chisquare(seen).pvalue > 1e-4


@dataclass(frozen=True)
class OneRange(Spacing):
    """A strategy that knows one range only, and alternates between its ends."""

    name: ClassVar[str] = "one-range"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        assert request.minimums is None
        rows = np.arange(request.count) % 2 * request.span + request.minimum
        return np.tile(rows, (len(request.content), 1))


def test_a_strategy_of_one_range_gets_one_that_suits_all_pairs() -> None:
    rule = GapRule(OneRange(), minimum=-8, maximum=3)
    pairs = np.array([[-3, -9], [-9, -9], [-1, -4], [-3, -5]])
    gaps = draw_gaps(rule, 3, np.full(4, 50), Stream(0, 0, 4), pairs)
    assert gaps.tolist() == [[-3, 3], [-8, 3], [-1, 3], [-3, 3]]
    both = GapRule(OneRange(), "edge", -8, -2)
    gaps = draw_gaps(both, 3, np.full(1, 50), Stream(0, 0, 1), pairs[:1])
    assert gaps.tolist() == [[0, 0, 0, 0]]


def test_edges_have_gaps_of_at_least_0() -> None:
    rule = GapRule(Variable(), "edge", -8, 4)
    gaps = draw_gaps(rule, 3, np.full(500, 50), Stream(0, 0, 500, "gap"))
    assert (gaps[:, [0, 3]].min(), gaps[:, [0, 3]].max()) == (0, 4)
    assert (gaps[:, 1:3].min(), gaps[:, 1:3].max()) == (-8, 4)


@pytest.mark.parametrize("fit", ["pad", "exact"])
def test_all_vectors_of_unequal_ranges_that_fit_are_equally_likely(fit: FitMode) -> None:
    number, room = 8_000, -6
    rule = GapRule(Variable(), minimum=-4, maximum=1, width=30 + room, fit=fit)
    pairs = np.tile([-2, -9, -1], (number, 1))
    gaps = draw_gaps(rule, 4, np.full(number, 30), Stream(1, 0, number, "gap"), pairs)
    vectors = [
        (a, b, c)
        for a in range(-2, 2)
        for b in range(-4, 2)
        for c in range(-1, 2)
        if (a + b + c == room if fit == "exact" else a + b + c <= room)
    ]
    codes = [vectors.index(tuple(row)) for row in gaps.tolist()]
    seen = np.bincount(codes, minlength=len(vectors))
    assert len(vectors) > 1
    assert chisquare(seen).pvalue > 1e-4
