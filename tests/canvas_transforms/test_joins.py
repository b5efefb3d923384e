"""Joined zeros, ink of neighbours and printed arcs."""

from __future__ import annotations

import numpy as np
import pytest
from tests.canvas_transforms.canvases import blank, drawn, stream

from mnistseq import GlyphBank
from mnistseq.canvas_transforms.joins import Joins
from mnistseq.canvas_transforms.margins import Margins
from mnistseq.canvas_transforms.neighbours import Neighbours
from mnistseq.canvas_transforms.paper_waves import PaperWaves

COUNT = 40
ALWAYS = Joins(chance=1.0, first=0.0, longest=1.0)


def test_joined_zeros_are_one_stroke(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["00"] * COUNT, low=3)
    images = ALWAYS.apply(canvas, stream(COUNT)).images
    assert (images <= canvas.images).all()
    boxes = canvas.ink_boxes.reshape(COUNT, 2, 4)
    joined = 0
    for image, before, (left, right) in zip(images, canvas.images, boxes, strict=True):
        changed = (image != before).any(axis=0)
        assert not changed[: left[0]].any()
        assert not changed[right[2] :].any()
        joined += bool((image[:, left[2] : right[0]].min(axis=0) < 200).all())
    assert joined > 0.7 * COUNT


@pytest.mark.parametrize("text", ["1471", "5357"])
def test_only_round_glyphs_are_joined(text: str, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, [text] * COUNT, low=3)
    changed = ALWAYS.apply(canvas, stream(COUNT)).images != canvas.images
    assert changed.any(axis=(1, 2)).mean() < 0.1


def test_the_first_zero_may_be_joined_to_another_glyph(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["70"] * COUNT, low=3)
    assert np.array_equal(ALWAYS.apply(canvas, stream(COUNT)).images, canvas.images)
    joined = Joins(chance=1.0, first=1.0, longest=1.0).apply(canvas, stream(COUNT)).images
    assert (joined != canvas.images).any(axis=(1, 2)).mean() > 0.6


@pytest.mark.parametrize(("sides", "ends"), [(1.0, 0.0), (0.0, 1.0)])
def test_neighbours_reach_in_and_touch_nothing(sides: float, ends: float, mnist: GlyphBank) -> None:
    canvas = Margins(left=0.6, right=0.6).apply(drawn(mnist, ["12549"] * COUNT), stream(COUNT))
    images = Neighbours(sides=sides, ends=ends, reach=0.4).apply(canvas, stream(COUNT)).images
    changed = images != canvas.images
    for row, before in zip(changed, canvas.images, strict=True):
        y, x = np.nonzero(before < 255)
        assert not row[y.min() : y.max() + 1, x.min() : x.max() + 1].any()
    if sides:
        assert changed.any(axis=(1, 2)).mean() > 0.9
        assert changed[:, :, :11].any()
        assert changed[:, :, -11:].any()
        assert not changed[:, :, 12:-12].any()


def test_prints_are_on_some_images_and_arcs_and_dots_differ_from_lines() -> None:
    canvas = blank(COUNT, 60, 160)
    images = {
        name: waves.apply(canvas, stream(COUNT)).images.astype(float)
        for name, waves in {
            "lines": PaperWaves(),
            "some": PaperWaves(chance=0.5),
            "arcs": PaperWaves(curve=1.0),
            "dots": PaperWaves(dots=1.0),
        }.items()
    }
    printed = (images["some"] != canvas.images).any(axis=(1, 2))
    assert 0.2 < printed.mean() < 0.8
    assert np.array_equal(images["some"][printed], images["lines"][printed])
    assert (images["dots"].mean(axis=(1, 2)) > images["lines"].mean(axis=(1, 2))).all()
    assert np.abs(images["arcs"] - images["lines"]).mean() > 5
