"""Boxes stay true: found again in what was drawn with one transform alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.canvas_transforms.canvases import blank, coloured, drawn, found, stream

from mnistseq import GlyphBank
from mnistseq.canvas_transforms.margins import Margins
from mnistseq.canvas_transforms.perspective import Perspective
from mnistseq.canvas_transforms.trim import Trim
from mnistseq.core.canvas import Canvas
from mnistseq.imaging.boxes import spans, tightened
from mnistseq.imaging.homography import applied, inverse, onto
from mnistseq.plugins.registry import find

MOVING = {
    "margins": [{}, {"left": 0.0, "right": 2.5}],
    "trim": [{}, {"least": 1.0, "stretch": 2.0}, {"stretch": 1.0}],
    "perspective": [{}, {"tilt": 0.2}, {"tilt": 0.0, "slant": 1.0}, {"tilt": 0.2, "slant": 0.5}],
    "ink-spread": [{}, {"least": 1.0, "most": 1.0}],
}
CASES = [(name, parameters) for name, several in MOVING.items() for parameters in several]


def one_by_one(canvas: Canvas) -> Canvas:
    """An image for each glyph, which shows only that glyph, where it was."""
    images = np.full((len(canvas.owner), *canvas.images.shape[1:]), 255, dtype=np.uint8)
    for glyph, (x0, y0, x1, y1) in enumerate(canvas.ink_boxes):
        image = canvas.images[canvas.owner[glyph]]
        images[glyph, y0:y1, x0:x1] = image[y0:y1, x0:x1]
    return Canvas(images, canvas.boxes, canvas.ink_boxes, np.arange(len(images)))


@pytest.mark.parametrize(("name", "parameters"), CASES)
@pytest.mark.parametrize("colour", [False, True])
def test_ink_boxes_cover_the_ink_and_are_tight(
    name: str, parameters: dict[str, float], colour: bool, mnist: GlyphBank
) -> None:
    """Lines of one glyph each, where nothing else can be mistaken for its ink."""
    canvas = one_by_one(drawn(mnist, ["31415926", "2718281"] * 8, seed=4, width=210))
    canvas = coloured(canvas) if colour else canvas
    changed = find("canvas_transform", name)(**parameters).apply(
        canvas, stream(len(canvas.images), 3)
    )
    ink = np.array([found(image) for image in changed.images])
    assert (changed.ink_boxes[:, :2] <= ink[:, :2]).all()
    assert (changed.ink_boxes[:, 2:] >= ink[:, 2:]).all()
    assert np.abs(changed.ink_boxes - ink).max() <= 2


@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_boxes_of_a_line_hold_all_of_its_ink(
    name: str, parameters: dict[str, float], mnist: GlyphBank
) -> None:
    """Whole lines with glyphs that touch: outside the boxes is no ink, and no box is needless."""
    canvas = drawn(mnist, ["31415926", "2718281"] * 8, seed=4, low=-1, width=210)
    changed = find("canvas_transform", name)(**parameters).apply(canvas, stream(16, 3))
    for row, image in enumerate(changed.images):
        outside = image.copy()
        mine = changed.ink_boxes[changed.owner == row]
        for x0, y0, x1, y1 in mine:
            outside[y0:y1, x0:x1] = 255
        assert (outside == 255).all()
        low, high = mine[:, :2].min(axis=0), mine[:, 2:].max(axis=0)
        assert np.abs(np.concatenate([low, high]) - found(image)).max() <= 2


@pytest.mark.parametrize("name", ["margins", "trim", "perspective", "ink-spread"])
def test_cells_hold_their_ink_but_for_two_pixels(name: str, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["31415926", "2718281"] * 8, seed=4, width=210)
    changed = find("canvas_transform", name)().apply(canvas, stream(16, 3))
    # Scaling smooths ink past the edge of its cell, and spreading takes it there.
    assert (changed.boxes[:, :2] <= changed.ink_boxes[:, :2] + 2).all()
    assert (changed.boxes[:, 2:] >= changed.ink_boxes[:, 2:] - 2).all()


@settings(max_examples=60)
@given(
    st.integers(1, 40),
    st.integers(1, 90),
    st.integers(0, 2**32),
    st.sampled_from([Perspective(tilt=0.2, slant=1.0), Trim(least=0.5), Margins()]),
)
def test_a_spot_anywhere_is_found_in_its_box(
    height: int, width: int, seed: int, transform: Perspective | Trim | Margins
) -> None:
    canvas = blank(3, height, width)
    changed = transform.apply(canvas, stream(3, seed))
    for image, box in zip(changed.images, changed.ink_boxes, strict=True):
        if (image < 255).any():
            ink = found(image)
            assert (box[:2] <= ink[:2]).all()
            assert (box[2:] >= ink[2:]).all()
            assert np.abs(box - ink).max() <= 2
    if min(height, width) > 2:
        assert (changed.images < 255).any(axis=(1, 2)).all()


def test_other_transforms_leave_boxes_alone(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549", "7310"])
    for name in ("marks", "guide-lines", "ink", "lens-blur", "low-resolution", "paper-waves"):
        changed = find("canvas_transform", name)().apply(canvas, stream(2))
        assert changed.boxes is canvas.boxes
        assert changed.ink_boxes is canvas.ink_boxes


def test_tightened_finds_ink_in_rough_boxes() -> None:
    images = np.full((2, 20, 30), 255, dtype=np.uint8)
    images[0, 5:9, 3:8] = 100
    images[1, 0, 29] = 254
    boxes = np.array([[0, 2, 15, 20], [20, 0, 30, 20], [25, 0, 30, 3], [0, 0, 0, 0]])
    owner = np.array([0, 0, 1, 1])
    expected = [[3, 5, 8, 9], [20, 0, 30, 20], [29, 0, 30, 1], [0, 0, 0, 0]]
    assert tightened(images, boxes, owner).tolist() == expected
    assert tightened(np.repeat(images[..., None], 3, axis=3), boxes, owner).tolist() == expected


def test_tightened_works_in_portions(monkeypatch: pytest.MonkeyPatch, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549", "7310"])
    rough = np.clip(canvas.ink_boxes + np.array([-1, -1, 1, 1]), 0, [150, 28, 150, 28])
    whole = tightened(canvas.images, rough, canvas.owner)
    monkeypatch.setattr("mnistseq.imaging.boxes._BYTES", 1)
    assert np.array_equal(tightened(canvas.images, rough, canvas.owner), whole)


def test_spans_enclose_the_boxes_of_each_image() -> None:
    boxes = np.array([[3, 4, 5, 6], [1, 5, 9, 7], [0, 0, 0, 0]])
    low, high = spans(np.array([0, 0, 1]), boxes, 2)
    assert low.tolist() == [[1, 4], [np.inf, np.inf]]
    assert high.tolist() == [[9, 7], [-np.inf, -np.inf]]


def test_homographies_meet_their_corners_and_go_back() -> None:
    corners = np.array(
        [[[1.0, 2], [41, -3], [39, 22], [-2, 18]], [[0, 0], [40, 0], [40, 20], [0, 20]]]
    )
    there = onto(corners, np.full((2, 2), [40.0, 20.0]))
    rectangle = np.tile(np.array([[0.0, 0], [40, 0], [40, 20], [0, 20]]), (2, 1, 1))
    np.testing.assert_allclose(applied(there, rectangle), corners, atol=1e-9)
    np.testing.assert_allclose(applied(inverse(there), corners), rectangle, atol=1e-9)


def test_trim_keeps_the_two_directions_alike(mnist: GlyphBank) -> None:
    """Two glyphs in the middle of much room: it is their height that sets the limit."""
    canvas = drawn(mnist, ["88"] * 40)
    changed = Trim(least=1.0, stretch=1.2).apply(canvas, stream(40))
    before, after = (
        np.column_stack(spans(item.owner, item.ink_boxes, 40)) for item in (canvas, changed)
    )
    across, down = (
        (after[:, k + 2] - after[:, k]) / (before[:, k + 2] - before[:, k]) for k in (0, 1)
    )
    assert (np.maximum(across, down) < 2.15).all()
    assert (np.abs(across / down - 1.2) < 0.15).all()


def test_trim_cuts_all_that_it_may(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["888888"] * 6, width=140)
    changed = Trim(least=1.0, stretch=2.0).apply(canvas, stream(6))
    low, high = spans(changed.owner, changed.ink_boxes, 6)
    assert (low[:, 1] <= 2).all()
    assert (high[:, 1] >= 26).all()


def test_margins_say_by_how_much(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549"])
    margins = Margins(left=0.5, right=1.25)
    changed = margins.apply(canvas, stream(1))
    assert margins.added_width(28) == 14 + 35
    assert changed.images.shape[2] == 150 + 49
    assert (changed.images[:, :, :14] == 255).all()
    assert np.array_equal(changed.images[:, :, 14:164], canvas.images)
    assert np.array_equal(changed.ink_boxes[:, ::2], canvas.ink_boxes[:, ::2] + 14)
    assert np.array_equal(changed.boxes[:, ::2], canvas.boxes[:, ::2] + 14)


def test_trim_may_keep_marks_whole() -> None:
    canvas = blank(20, 30, 200)
    canvas.images[:, 20:24, 150:160] = 0
    widths = np.full(20, 180)
    # What is beyond an image's own width is no mark.
    canvas.images[:, :, 180:] = 0
    canvas = replace(canvas, own_widths=widths)
    cut, whole = (
        Trim(least=0.9, stretch=2.0, whole=chance).apply(canvas, stream(20)).images[:, :, :180]
        for chance in (0.0, 1.0)
    )
    marks = [(images[:, :, 110:] < 128).any(axis=1).sum(axis=1) for images in (cut, whole)]
    assert (marks[1] >= 10).all()
    assert (marks[0] < 10).any()
