"""Boxes say where the ink is: found in the image, whatever the fit, crop and height."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnistseq import Composer, GlyphBank, Sample
from mnistseq.core.array_types import Pixels
from mnistseq.core.gap_rule import GapRule
from mnistseq.spacings.variable import Variable

LABELS = ["0123456789", "350", "77777", "1111", "2468"]


def compose(bank: GlyphBank, rule: dict[str, Any], **fields: Any) -> list[Sample]:
    composer = Composer(bank, GapRule(Variable(), **rule), **fields)
    return list(composer.compose(LABELS * 4, 12))


def ink_of(image: Pixels) -> list[int]:
    """Bounding box of all that is not ground."""
    ys, xs = np.nonzero(image != 255)
    return [int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1]


def ink_between(sample: Sample, place: int) -> list[int]:
    """The ink of one glyph: what lies between the middles of the gaps at its sides."""
    boxes = sample.ink_boxes
    first = 0 if not place else int(boxes[place - 1, 2] + boxes[place, 0]) // 2
    last = sample.image.shape[1]
    if place + 1 < len(boxes):
        last = int(boxes[place, 2] + boxes[place + 1, 0]) // 2
    x0, y0, x1, y1 = ink_of(sample.image[:, first:last])
    return [x0 + first, y0, x1 + first, y1]


@pytest.mark.parametrize("height", [None, 1, 9, 28, 41, 200])
@pytest.mark.parametrize("crop", ["cell", "ink"])
@pytest.mark.parametrize(
    "rule",
    [{}, {"width": 3_000, "align": "random"}, {"subtype": "edge"}],
    ids=["no width", "pad", "edge"],
)
def test_ink_boxes_enclose_ink_that_lies_apart(
    mnist: GlyphBank, rule: dict[str, Any], crop: Any, height: int | None
) -> None:
    for sample in compose(mnist, {"minimum": 2, **rule}, crop=crop, height=height):
        assert sample.image.shape[0] == (height or 28)
        found = [ink_between(sample, place) for place in range(len(sample.labels))]
        assert sample.ink_boxes.tolist() == found
        boxes = sample.boxes
        assert (boxes[:, 1] == 0).all()
        assert (boxes[:, 3] == (height or 28)).all()
        widths = boxes[:, 2] - boxes[:, 0]
        if crop == "ink":
            assert (boxes[:, ::2] == sample.ink_boxes[:, ::2]).all()
        elif height is None or height <= 28:
            assert (widths == (height or 28)).all()
        else:  # smoothing may carry ink a pixel past what is 28 times the scale
            assert (np.abs(widths - height) <= 1).all()
        assert (boxes[:, :2] <= sample.ink_boxes[:, :2]).all()
        assert (boxes[:, 2:] >= sample.ink_boxes[:, 2:]).all()


@pytest.mark.parametrize("crop", ["cell", "ink"])
def test_ink_boxes_enclose_ink_that_overlaps(mnist: GlyphBank, crop: Any) -> None:
    # The narrowest ink of a 1 is 2 px wide.
    gap = {"cell": -12, "ink": -1}[crop]
    for sample in compose(mnist, {"minimum": gap, "maximum": gap + 1}, crop=crop):
        alone = []
        for glyph, (x0, _, _, _) in zip(sample.glyph_ids, sample.boxes.tolist(), strict=True):
            left = x0 - (int(mnist.ink[glyph, 0]) if crop == "ink" else 0)
            canvas = np.full((28, sample.image.shape[1] + 56), 255, np.uint8)
            canvas[:, left + 28 : left + 56] = 255 - mnist.pixels[glyph]
            first, top, last, bottom = ink_of(canvas)
            alone.append([first - 28, top, last - 28, bottom])
            # In the image the ink is as dark as the glyph alone, or darker.
            assert (sample.image[:, first - 28 : last - 28] <= canvas[:, first:last]).all()
        assert sample.ink_boxes.tolist() == alone


@pytest.mark.parametrize("width", [40, 150, 389, 390, 800, 1_500])
@pytest.mark.parametrize("crop", ["cell", "ink"])
def test_ink_on_a_stretched_line(mnist: GlyphBank, width: int, crop: Any) -> None:
    # So wide a gap that inks stay apart even where ten digits are squeezed into 150 px.
    rule: dict[str, Any] = {"minimum": 30, "maximum": 40}
    natural = compose(mnist, rule, crop=crop)
    stretched = compose(mnist, {**rule, "width": width, "fit": "resize"}, crop=crop)
    for sample, before in zip(stretched, natural, strict=True):
        assert sample.image.shape == (28, width)
        assert (sample.glyph_ids == before.glyph_ids).all()
        scale = width / before.image.shape[1]
        exact = before.boxes[:, ::2] * width / before.image.shape[1]
        assert (np.abs(sample.boxes[:, ::2] - exact) < 1).all()
        assert (sample.boxes[:, 0] <= exact[:, 0]).all()
        assert (sample.boxes[:, 2] >= exact[:, 1]).all()
        if width < 150 and len(sample.labels) > 4:
            continue  # their inks run into each other
        for place, (x0, y0, x1, y1) in enumerate(sample.ink_boxes.tolist()):
            found = ink_between(sample, place)
            assert (y0, y1) == (found[1], found[3])
            assert x0 <= found[0]
            assert found[2] <= x1
            # Tight: faint ink at an edge may round to ground, more so where it is stretched.
            assert found[0] - x0 <= 2 + scale
            assert x1 - found[2] <= 2 + scale


def test_a_stretched_line_is_the_natural_one_resampled(mnist: GlyphBank) -> None:
    natural = compose(mnist, {})
    for width in (60, 300, 700):
        for sample, before in zip(
            compose(mnist, {"width": width, "fit": "resize"}), natural, strict=True
        ):
            pillow = Image.fromarray(before.image).resize((width, 28), Image.Resampling.BILINEAR)
            assert np.abs(sample.image.astype(int) - np.asarray(pillow)).max() <= 1


@pytest.mark.parametrize("height", [1, 9, 41, 200])
def test_glyphs_are_scaled_as_pillow_scales_them(mnist: GlyphBank, height: int) -> None:
    for sample in compose(mnist, {"minimum": 3}, height=height):
        for glyph, (x0, _, _, _) in zip(sample.glyph_ids, sample.boxes.tolist(), strict=True):
            pillow = Image.fromarray(np.array(mnist.pixels[glyph])).resize(
                (height, height), Image.Resampling.BILINEAR
            )
            cell = 255 - sample.image[:, x0 : x0 + height].astype(int)
            # Two axes, and each rounds.
            assert np.abs(cell - np.asarray(pillow)).max() <= 2
