"""Marks, printed lines and ink: they never hide a glyph."""

from __future__ import annotations

import numpy as np
import pytest
from tests.canvas_transforms.canvases import blank, coloured, drawn, stream

from mnistseq import GlyphBank
from mnistseq.canvas_transforms.edges import Edges
from mnistseq.canvas_transforms.guide_lines import GuideLines
from mnistseq.canvas_transforms.ink import Ink
from mnistseq.canvas_transforms.ink_spread import InkSpread
from mnistseq.canvas_transforms.margins import Margins
from mnistseq.canvas_transforms.marks import Marks
from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import GlyphStream
from mnistseq.glyph_transforms.stroke import Stroke
from mnistseq.imaging.stroke_width import stroke_widths

COUNT = 60


def lines(bank: GlyphBank, low: int = 0, high: int = 9) -> Canvas:
    canvas = drawn(
        bank, ["12549", "7310288", "3.5".replace(".", "")] * (COUNT // 3), 2, low, high, 230
    )
    return Margins(left=0.8, right=1.2).apply(canvas, stream(COUNT))


def changed_pixels(marks: Marks, canvas: Canvas) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    changed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    changed = marks.apply(canvas, stream(COUNT)).images != canvas.images
    return changed


def columns(canvas: Canvas, row: int) -> tuple[int, int]:
    """First and last column of ink."""
    mine = canvas.ink_boxes[canvas.owner == row]
    return int(mine[:, 0].min()), int(mine[:, 2].max())


@pytest.mark.parametrize(("low", "irregularity"), [(-1, 0.0), (2, 0.0), (-1, 1.0), (2, 1.0)])
def test_no_mark_touches_ink(low: int, irregularity: float, mnist: GlyphBank) -> None:
    canvas = lines(mnist, low)
    marks = Marks(point=1.0, closing=1.0, opening=1.0, bar=1.0, irregularity=irregularity)
    changed = changed_pixels(marks, canvas)
    assert changed.any(axis=(1, 2)).mean() > 0.95
    assert not changed[canvas.images < 255].any()
    assert (marks.apply(canvas, stream(COUNT)).images <= canvas.images).all()


@pytest.mark.parametrize("kind", ["closing", "opening", "bar"])
def test_dashes_and_bars_are_in_the_margins(kind: str, mnist: GlyphBank) -> None:
    chances = dict.fromkeys(("point", "closing", "opening", "bar"), 0.0)
    canvas = lines(mnist)
    changed = changed_pixels(Marks(**{**chances, kind: 1.0}), canvas)
    for row in range(COUNT):
        first, last = columns(canvas, row)
        inside = changed[row, :, first - 1 : last + 1]
        outside = changed[row, :, : first - 1] if kind == "opening" else changed[row, :, last + 1 :]
        assert not inside.any()
        assert outside.any()


def test_points_are_at_the_foot_between_two_glyphs(mnist: GlyphBank) -> None:
    canvas = lines(mnist, low=6)
    marks = Marks(point=1.0, closing=0.0, opening=0.0, bar=0.0)
    changed = changed_pixels(marks, canvas)
    pointed = np.flatnonzero(changed.any(axis=(1, 2)))
    assert len(pointed) > 0.6 * COUNT
    for row in pointed:
        y, x = np.nonzero(changed[row])
        boxes = canvas.ink_boxes[canvas.owner == row]
        centres = boxes[:, ::2].mean(axis=1)
        place = int((centres < x.mean()).sum())
        assert len(boxes) - place in (2, 3)
        assert y.mean() > boxes[:, 3].max() - 9
        assert np.ptp(x) < 7


def test_no_point_where_the_paper_is_not_free(mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    full = canvas.with_images(np.minimum(canvas.images, 254))
    marks = Marks(point=1.0, closing=0.0, opening=0.0, bar=0.0)
    assert not changed_pixels(marks, full).any()


def test_marks_are_as_frequent_as_their_chances(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["35"] * 2000, width=60, high=0)
    canvas = Margins(left=1.0, right=0.0).apply(canvas, stream(2000))
    for strength in (1.0, 0.5):
        marks = Marks(strength=strength, point=0.0, closing=0.0, opening=0.6, bar=0.0)
        changed = marks.apply(canvas, stream(2000)).images != canvas.images
        share = changed.any(axis=(1, 2)).mean()
        assert abs(share - 0.6 * strength) < 4 * np.sqrt(0.25 / 2000)


@pytest.mark.parametrize("kind", ["line", "comb", "boxes", "any"])
def test_guide_lines_only_darken_and_never_much_where_ink_is(kind: str, mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    lined = GuideLines(kind=kind).apply(canvas, stream(COUNT)).images  # type: ignore[arg-type]
    assert (lined <= canvas.images).all()
    assert (lined < canvas.images).any(axis=(1, 2)).all()
    assert (lined >= canvas.images * 0.39).all()


def test_walls_separate_the_cells(mnist: GlyphBank) -> None:
    canvas = lines(mnist, low=5)
    lined = GuideLines(kind="boxes").apply(canvas, stream(COUNT)).images.astype(int)
    for row in range(COUNT):
        boxes = canvas.boxes[canvas.owner == row]
        walls = ((boxes[:-1, 2] + boxes[1:, 0]) // 2).tolist()
        darker = 255 - lined[row, 10:18].mean(axis=0)
        for wall in walls:
            assert darker[wall - 1 : wall + 2].max() > 20


def test_ink_leaves_a_third_and_white_white(mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    thin = Ink(faintness=1.0, unevenness=1.0).apply(canvas, stream(COUNT)).images
    ink, left = 255 - canvas.images.astype(int), 255 - thin.astype(int)
    assert (left * 3 >= ink - 3).all()
    assert (left <= ink).all()
    shares = left[ink == 255] / 255
    assert shares.min() < 0.4
    assert shares.max() > 0.8
    assert shares.std() > 0.05


def test_ink_varies_along_the_stroke(mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    thin = Ink(faintness=0.0, unevenness=1.0).apply(canvas, stream(COUNT)).images
    black = canvas.images == 0
    deviations = [thin[row][black[row]].std() for row in range(COUNT)]
    assert np.median(deviations) > 15


def test_ragged_ink_is_less_at_the_edges_only(mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    even, ragged = (
        Ink(faintness=0, unevenness=0, raggedness=share).apply(canvas, stream(COUNT)).images
        for share in (0.0, 1.0)
    )
    assert np.array_equal(even, canvas.images)
    lost = ragged.astype(int) - canvas.images
    assert not lost[canvas.images == 0].any()
    assert lost.min() == 0
    assert lost.max() > 40


def test_ink_spreads_by_one_pixel_and_joins() -> None:
    canvas = blank(2, 9, 9)
    canvas.images[:, 4, 6] = 0
    spread = InkSpread(least=1.0, most=1.0).apply(canvas, stream(2))
    expected = np.full((9, 9), 255)
    for x in (4, 6):
        expected[3:6, x] = 0
        expected[4, x - 1 : x + 2] = 0
    assert (spread.images == expected).all()
    coloured_ = InkSpread(least=1.0, most=1.0).apply(coloured(canvas), stream(2))
    assert np.array_equal(
        coloured_.images < 255, np.repeat(expected[None, ..., None] < 255, 2, 0) & np.ones(3, bool)
    )


def test_half_the_strength_spreads_half() -> None:
    canvas = blank(1, 5, 5)
    spread = InkSpread(strength=0.5, least=1.0, most=1.0).apply(canvas, stream(1)).images[0]
    assert spread[2, 2] == 0
    assert abs(int(spread[2, 1]) - 128) <= 1
    assert spread[1, 1] == 255


def test_a_final_point_is_at_the_foot_after_the_last_glyph(mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    marks = Marks(point=0.0, closing=0.0, opening=0.0, bar=0.0, final=1.0)
    changed = changed_pixels(marks, canvas)
    for row in range(COUNT):
        foot = int(canvas.ink_boxes[canvas.owner == row, 3].max())
        y, x = np.nonzero(changed[row])
        assert x.min() > columns(canvas, row)[1]
        assert foot - 6 <= y.min() <= foot


def test_irregular_dashes_taper_and_bend(mnist: GlyphBank) -> None:
    chances = {"point": 0.0, "closing": 1.0, "opening": 0.0, "bar": 0.0}
    marks = Marks(**chances, thickness=0.15, irregularity=1.0)
    dashed = 255 - marks.apply(lines(mnist), stream(COUNT)).images.astype(float)
    ends = []
    for row, drawn_ in enumerate(changed_pixels(marks, lines(mnist))):
        inked = np.nonzero(drawn_.any(axis=0))[0]
        if len(inked) > 8:
            weights = dashed[row][:, inked].sum(axis=0)
            ends.append(weights[2:4].sum() / weights[-4:-2].sum())
    assert min(ends) < 0.8
    assert max(ends) > 1.25


def test_marks_may_be_as_thick_as_the_glyphs_strokes(mnist: GlyphBank) -> None:
    """Bold digits get bolder dashes than thin ones."""
    thick = []
    for name in ("thinner", "thicker"):
        canvas = lines(mnist)
        glyphs = np.bitwise_not(canvas.images)
        change = {"thinner": 0.0, "thicker": 0.0, name: 0.1}
        owner, position = np.arange(COUNT), np.zeros(COUNT, np.int64)
        stroke = Stroke(**change).apply(glyphs, GlyphStream(stream(COUNT), owner, position))
        inked = canvas.with_images(np.bitwise_not(stroke))
        chances = {"point": 0.0, "closing": 1.0, "opening": 0.0, "bar": 0.0}
        changed = changed_pixels(Marks(**chances, thickness=0.0), inked)
        thick.append(stroke_widths(changed.astype(np.uint8) * 255).mean())
    assert thick[1] > thick[0] + 0.5


def test_lines_have_the_chance_that_is_asked_for(mnist: GlyphBank) -> None:
    canvas = lines(mnist)
    changed = GuideLines(chance=0.4).apply(canvas, stream(COUNT)).images != canvas.images
    every = GuideLines().apply(canvas, stream(COUNT)).images
    with_lines = changed.any(axis=(1, 2))
    assert 0.2 < with_lines.mean() < 0.6
    assert (
        GuideLines(chance=0.4).apply(canvas, stream(COUNT)).images[with_lines] == every[with_lines]
    ).all()


@pytest.mark.parametrize(("sides", "ends"), [(1.0, 0.0), (0.0, 1.0)])
def test_edges_have_lines_near_the_sides(sides: float, ends: float) -> None:
    canvas = blank(40, 56, 120)
    edges = Edges(sides=sides, ends=ends, inset=0.1, thickness=0.03)
    dark = edges.apply(canvas, stream(40)).images < canvas.images
    assert dark.any(axis=(1, 2)).mean() > 0.9
    near = slice(11, -11)
    assert not dark[:, near, near].any()
    assert dark[:, near].any() == (sides > 0)
    assert dark[:, :, near].any() == (ends > 0)
    upright = Edges(sides=1.0, ends=0.0, slope=0.0).apply(canvas, stream(40)).images
    assert (upright[:, :20] == upright[:, :1]).all()


def test_points_may_mark_thousands_with_long_commas(mnist: GlyphBank) -> None:
    canvas = lines(mnist, 4)
    chances = {"closing": 0.0, "opening": 0.0, "bar": 0.0}
    thousands = changed_pixels(Marks(point=1.0, thousands=1.0, **chances), canvas)
    longer = changed_pixels(Marks(point=1.0, thousands=1.0, comma=0.5, **chances), canvas)
    for row in range(COUNT):
        boxes = canvas.ink_boxes[canvas.owner == row]
        if len(boxes) < 4 or not thousands[row].any():
            continue
        columns_of_point = np.nonzero(thousands[row].any(axis=0))[0]
        assert boxes[-4, 0] < columns_of_point.mean() < boxes[-3, 2]
    tall = [changed.any(axis=2).sum(axis=1) for changed in (thousands, longer)]
    assert (tall[1] >= tall[0]).all()
    assert (tall[1] > tall[0]).any()


def test_points_may_be_above_the_foot(mnist: GlyphBank) -> None:
    canvas = lines(mnist, 4)
    chances = {"point": 1.0, "closing": 0.0, "opening": 0.0, "bar": 0.0}
    low, high = (changed_pixels(Marks(raised=raised, **chances), canvas) for raised in (0.0, 0.4))
    assert not high[canvas.images < 255].any()
    both = low.any(axis=(1, 2)) & high.any(axis=(1, 2))
    feet = [28 - changed[both, ::-1].any(axis=2).argmax(axis=1) for changed in (low, high)]
    rise = feet[0] - feet[1]
    assert both.sum() > COUNT / 2
    assert rise.min() >= 0
    assert 3 < rise.max() <= 12
