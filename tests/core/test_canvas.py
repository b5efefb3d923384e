"""A canvas that is higher than the line: the line is where it is aligned, and boxes with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq import Composer, Config, GlyphBank, SampleBatch, build_composer
from mnistseq.canvas_transforms.lens_blur import LensBlur
from mnistseq.canvas_transforms.margins import Margins
from mnistseq.core.canvas import CanvasRule, VerticalAlign
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import ArgumentError, ConfigError
from mnistseq.spacings.variable import Variable

RAGGED = ["350", "12", "0123456789"]
LINES: dict[str, dict[str, Any]] = {
    "pad": {"image": {"width": 300}},
    "resize": {"image": {"width": 90}, "spacing": {"fit": "resize"}},
    "no width": {},
    "overlaps, ink": {"image": {"crop": "ink"}, "spacing": {"min": -1}},
    "light on dark, scaled": {"image": {"polarity": "light-on-dark", "height": 21}},
    "light on dark, overlaps": {
        "image": {"polarity": "light-on-dark"},
        "spacing": {"min": -6, "max": 0},
    },
}


def drawn(bank: GlyphBank, config: dict[str, Any], **canvas: Any) -> SampleBatch:
    return build_composer(Config(**{**config, "canvas": canvas}), bank).compose(RAGGED, 9, 3)


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("align", ["top", "center", "bottom", "random"])
def test_the_line_is_the_same_with_background_above_and_below(
    mnist: GlyphBank, name: str, align: VerticalAlign
) -> None:
    line = drawn(mnist, LINES[name])
    high = drawn(mnist, LINES[name], height=64, align=align)
    background = 0 if "light" in name else 255
    for low, sample in zip(line, high, strict=True):
        free = 64 - low.image.shape[0]
        [top] = set((sample.boxes - low.boxes)[:, 1].tolist())
        assert 0 <= top <= free
        assert top == {"top": 0, "center": free // 2, "bottom": free}.get(align, top)
        around = [(top, free - top), (0, 0)]
        expected = np.pad(low.image, around, constant_values=background)
        np.testing.assert_array_equal(sample.image, expected)
        for boxes, moved in ((low.boxes, sample.boxes), (low.ink_boxes, sample.ink_boxes)):
            np.testing.assert_array_equal(moved, boxes + np.array([0, top, 0, top]))


def test_random_rows_are_uniform_and_the_sample_s_own(mnist: GlyphBank) -> None:
    composer = Composer(mnist, GapRule(Variable()), canvas=CanvasRule(32, "random"))
    batch = composer.compose(["35"] * 4_000, 1)
    tops = batch.flat_boxes[::2, 1]
    assert chisquare(np.bincount(tops, minlength=5)).pvalue > 0.01
    later = composer.compose(["35"] * 7, 1, start=20)
    assert later.flat_boxes[::2, 1].tolist() == tops[20:27].tolist()


def test_a_canvas_as_high_as_the_line_changes_nothing(mnist: GlyphBank) -> None:
    plain, same = (drawn(mnist, {}, **canvas) for canvas in ({}, {"height": 28, "align": "bottom"}))
    assert all(np.array_equal(a, b) for a, b in zip(plain.images, same.images, strict=True))
    assert (plain.flat_boxes == same.flat_boxes).all()


def test_a_glyph_without_ink_keeps_its_empty_box() -> None:
    pixels = np.zeros((1, 4, 4), dtype=np.uint8)
    bank = GlyphBank(pixels, np.zeros(1, np.int64), (" ",), "blank")
    [sample] = Composer(bank, GapRule(Variable()), canvas=CanvasRule(9)).compose([[" ", " "]], 1)
    assert not sample.ink_boxes.any()
    assert sample.boxes[:, 1::2].tolist() == [[2, 6], [2, 6]]


def test_a_canvas_lower_than_the_line_is_refused(mnist: GlyphBank) -> None:
    with pytest.raises(ConfigError) as in_config:
        drawn(mnist, {}, height=27)
    assert str(in_config.value) == (
        "canvas.height: a canvas of 27 px is lower than the line, which is 28 px high: take a "
        "canvas height of 28 or more, or an image height of 27 or less, to which glyphs are scaled"
    )
    with pytest.raises(ConfigError, match="lower than the line, which is 40 px high"):
        drawn(mnist, {"image": {"height": 40}}, height=39)
    with pytest.raises(ArgumentError, match="lower than the line"):
        Composer(mnist, GapRule(Variable()), canvas=CanvasRule(27))


def test_transforms_measure_in_heights_of_the_line(mnist: GlyphBank) -> None:
    """Margins and a blur suit the digits, however high the canvas is."""
    steps = [{"name": "margins", "left": 1, "right": 0.5}, "lens-blur"]
    high = drawn(mnist, {"image": {"width": 400}}, height=90, transform=steps)
    line = drawn(mnist, {"image": {"width": 400}}, transform=steps)
    assert np.shape(high.images) == (3, 90, 400)
    assert (high.flat_boxes[:, ::2] == line.flat_boxes[:, ::2]).all()
    # 90 - 28 halved; blurred alike, although the canvas is three times as high.
    np.testing.assert_array_equal(
        np.asarray(high.images)[:, 31 + 6 : 31 + 22], np.asarray(line.images)[:, 6:22]
    )


def test_a_transform_need_not_pass_the_line_s_height_on(mnist: GlyphBank) -> None:
    """As when it makes a canvas of images and boxes alone."""

    class Forgetful(Margins):
        name = "forgetful"

        def apply(self, canvas: Any, stream: Any) -> Any:
            return replace(super().apply(canvas, stream), line_height=0)

    rule = GapRule(Variable(), width=200, added_width=2 * 28)
    transforms = (Forgetful(left=1, right=0), Margins(left=1, right=0), LensBlur())
    composer = Composer(mnist, rule, canvas=CanvasRule(80), canvas_transforms=transforms)
    assert np.shape(composer.compose(["35"], 1).images) == (1, 80, 200)
