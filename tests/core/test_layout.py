from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gap_rule import Align, FitMode, GapRule, Subtype
from mnistseq.core.layout import Layout, arrange, draw_gaps
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import ArgumentError, PluginError, SpacingError
from mnistseq.spacings.fixed import Fixed
from mnistseq.spacings.variable import Variable


def sequences_of(*lengths: int) -> Sequences:
    return Sequences(np.zeros(sum(lengths), dtype=np.int64), np.array(lengths))


@pytest.mark.parametrize("subtype", ["between", "edge"])
@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("width", [None, 300])
@pytest.mark.parametrize("lengths", [(4, 4, 4), (2, 5, 2, 3)])
def test_glyphs_stand_one_gap_apart(
    subtype: Subtype, align: Align, width: int | None, lengths: tuple[int, ...]
) -> None:
    sequences = sequences_of(*lengths)
    cells = np.random.default_rng(1).integers(10, 40, sum(lengths))
    rule = GapRule(Variable(), subtype, 2, 9, width, align=align)
    stream = Stream(6, 20, len(lengths))
    layout = arrange(rule, sequences, cells, 28, stream)
    for number, length in enumerate(lengths):
        mine = sequences.owner == number
        widths = cells[mine].tolist()
        one = Stream(6, 20 + number, 1, "gap")
        gaps = draw_gaps(rule, length, np.array([sum(widths)]), one)[0].tolist()
        before = gaps if subtype == "edge" else [0, *gaps]
        total = sum(widths) + sum(gaps)
        over = (width or total) - total
        x = {"left": 0, "center": over // 2, "right": over}[align]
        expected = []
        for gap, cell in zip(before, widths, strict=False):
            expected.append([x + gap, 0, x + gap + cell, 28])
            x += gap + cell
        assert layout.boxes[mine].tolist() == expected
        assert layout.widths[number] == (width or total)


def test_random_align_is_uniform_over_what_is_left() -> None:
    number = 12_000
    rule = GapRule(Fixed(), minimum=3, maximum=3, width=None)
    cells = np.full(2 * number, 10)
    free = arrange(rule, sequences_of(*[2] * number), cells, 5, Stream(1, 0, number))
    assert set(free.x[::2]) == {0}
    rule = GapRule(Variable(), minimum=3, maximum=3, width=30, align="random")
    placed = arrange(rule, sequences_of(*[2] * number), cells, 5, Stream(1, 0, number))
    seen = np.bincount(placed.x[::2])
    assert len(seen) == 8  # 0 to 7 px of the 30 - 23 that are left
    assert chisquare(seen).pvalue > 1e-3


def test_align_does_not_move_the_gaps() -> None:
    gaps = []
    for align in ("left", "center", "right", "random"):
        rule = GapRule(Variable(), width=200, align=align)
        layout = arrange(rule, sequences_of(5, 5), np.full(10, 20), 9, Stream(1, 0, 2))
        gaps.append(np.diff(layout.x.reshape(2, 5)).tolist())
    assert gaps[1:] == gaps[:-1]


def test_ink_boxes_move_with_their_glyphs() -> None:
    layout = Layout(np.array([10, 30, 50]), np.array([8, 8, 8]), 12, np.array([70]))
    ink = np.array([[3, 1, 9, 11], [0, 0, 0, 0], [2, 5, 3, 6]])
    offsets = np.array([3, 0, 1])
    around = layout.ink_boxes(ink, offsets).tolist()
    assert around == [[10, 1, 16, 11], [0, 0, 0, 0], [51, 5, 52, 6]]
    assert ink.tolist()[0] == [3, 1, 9, 11]  # the bank's own, and not to be changed


@dataclass(frozen=True)
class Absent(Spacing):
    """A strategy that must not be called."""

    name: ClassVar[str] = "absent"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        raise NotImplementedError


@pytest.mark.parametrize("fit", ["pad", "exact"])
@pytest.mark.parametrize(
    ("align", "x"), [("left", 0), ("center", 36), ("right", 72), ("random", None)]
)
def test_one_glyph_is_placed_by_align_without_calling_the_strategy(
    fit: FitMode, align: Align, x: int | None
) -> None:
    rule = GapRule(Absent(), "between", 5, 9, 100, fit, align)
    layout = arrange(rule, sequences_of(1, 1), np.full(2, 28), 28, Stream(0, 0, 2))
    assert layout.widths.tolist() == [100, 100]
    if x is not None:
        assert layout.x.tolist() == [x, x]
    assert (layout.x >= 0).all()
    assert (layout.x <= 72).all()


def test_one_glyph_without_a_width_is_as_wide_as_its_cell() -> None:
    for fit in ("pad", "exact", "resize"):
        rule = GapRule(Absent(), minimum=5, maximum=9, width=60 if fit == "resize" else None)
        rule = replace(rule, fit=fit)
        layout = arrange(rule, sequences_of(1, 1), np.array([28, 9]), 28, Stream(0, 0, 2))
        assert layout.x.tolist() == [0, 0]
        assert layout.widths.tolist() == [28, 9]


def test_one_glyph_with_edge_has_two_gaps() -> None:
    rule = GapRule(Variable(), "edge", 3, 9)
    layout = arrange(rule, sequences_of(2, 1), np.full(3, 28), 28, Stream(0, 0, 2))
    left, right = layout.x[2], layout.widths[1] - layout.x[2] - 28
    assert 3 <= left <= 9
    assert 3 <= right <= 9


def test_one_glyph_is_the_same_in_a_batch_of_other_lengths() -> None:
    rule = GapRule(Variable(), width=150, align="random")
    mixed = arrange(rule, sequences_of(3, 1, 2, 1), np.full(7, 28), 28, Stream(4, 10, 4))
    for position, sample in ((3, 1), (6, 3)):
        alone = arrange(rule, sequences_of(1), np.full(1, 28), 28, Stream(4, 10 + sample, 1))
        assert mixed.x[position] == alone.x[0]


def test_one_glyph_wider_than_the_width_is_refused() -> None:
    message = (
        "width 20 is too small: the glyph is 28 px wide; take a width of 28 or more or fit "
        "resize, which squeezes the glyph"
    )
    for fit in ("pad", "exact"):
        rule = GapRule(Absent(), width=20, fit=fit)
        with pytest.raises(SpacingError, match=message):
            arrange(rule, sequences_of(1), np.array([28]), 28, Stream(0, 0, 1))


def test_an_image_too_wide() -> None:
    rule = GapRule(Variable(), minimum=100, maximum=100)
    message = (
        f"an image would be {MAX_WIDTH + 1} px wide, more than the {MAX_WIDTH} px allowed: take "
        "a shorter sequence, smaller gaps or a smaller height"
    )
    cells = np.full(2, (MAX_WIDTH - 100) // 2)
    widest = arrange(rule, sequences_of(2), cells, 28, Stream(0, 0, 1))
    assert widest.widths.tolist() == [MAX_WIDTH]
    with pytest.raises(ArgumentError, match=message):
        arrange(rule, sequences_of(2), cells + np.array([0, 1]), 28, Stream(0, 0, 1))


@dataclass(frozen=True)
class Stubborn(Spacing):
    """A strategy that gives what it likes."""

    name: ClassVar[str] = "stubborn"

    rows: tuple[tuple[float, ...], ...]

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        return np.array(self.rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (((1, 2, 3),), r"gave gaps of shape \(1, 3\), not \(1, 2\)"),
        (((1, 2), (1, 2)), r"gave gaps of shape \(2, 2\), not \(1, 2\)"),
        (((0, 5),), "gave gaps of 0 to 5 px, where 1 to 9 were asked for"),
        (((1, 10),), "gave gaps of 1 to 10 px, where 1 to 9 were asked for"),
        (((9, 8),), "add up to more than there is room for"),
        (((1.5, 2.0),), "gave gaps of type float64, not an array of int64"),
    ],
)
def test_a_strategy_at_fault_is_named(rows: tuple[tuple[float, ...], ...], message: str) -> None:
    rule = GapRule(Stubborn(rows), minimum=1, maximum=9, width=100)
    with pytest.raises(PluginError, match=f"spacing stubborn .*{message}"):
        draw_gaps(rule, 3, np.array([84]), Stream(1, 0, 1))
