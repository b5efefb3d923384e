"""Masks and corners follow the ink: as painted, and through every canvas transform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.canvas_transforms.canvases import NAMES

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.core.array_types import Ints
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.core.samples import Sample
from mnistseq.core.segmentation import Masks
from mnistseq.errors import PluginError
from mnistseq.plugins.registry import find

LABELS = ["31415926", "7", "2718", "00"]
MOVING = ["margins", "trim", "perspective"]


def box_of(mask: Masks, number: int) -> list[int]:
    y, x = np.nonzero(mask == number)
    return [x.min(), y.min(), x.max() + 1, y.max() + 1] if len(x) else [0, 0, 0, 0]


def ink_of(sample: Sample, light_on_dark: bool = False) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return sample.image > 0 if light_on_dark else sample.image < 255


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(-6, 4),
    st.sampled_from(["cell", "ink"]),
    st.sampled_from(["dark-on-light", "light-on-dark"]),
    st.sampled_from([None, 50]),
)
def test_masks_are_the_ink_as_painted(
    mnist: GlyphBank, seed: int, least: int, crop: str, polarity: str, height: int | None
) -> None:
    config = Config(
        image={"crop": crop, "polarity": polarity},
        spacing={"min": least, "max": 5},
        canvas={"height": height, "align": "random"},
    )
    for sample in build_composer(config, mnist).compose(LABELS, seed, masks=True):
        assert sample.mask is not None
        assert sample.quads is not None
        assert np.array_equal(sample.mask > 0, ink_of(sample, polarity == "light-on-dark"))
        for number, (x0, y0, x1, y1) in enumerate(sample.ink_boxes.tolist(), 1):
            others = np.delete(sample.ink_boxes, number - 1, axis=0)
            found = box_of(sample.mask, number)
            if ((others[:, 0] >= x1) | (others[:, 2] <= x0)).all():
                assert found == [x0, y0, x1, y1]
            assert found[0] >= x0
            assert found[2] <= x1
        assert np.array_equal(sample.quads[:, 0], sample.boxes[:, :2])
        assert np.array_equal(sample.quads[:, 2], sample.boxes[:, 2:])


def test_asking_for_masks_changes_nothing_else(mnist: GlyphBank) -> None:
    composer = build_composer(Config(preset="camera"), mnist)
    plain, masked = composer.compose(LABELS, 3), composer.compose(LABELS, 3, masks=True)
    assert plain.masks is None
    assert plain[0].centres is None
    for one, other in zip(plain, masked, strict=True):
        assert np.array_equal(one.image, other.image)
        assert np.array_equal(one.boxes, other.boxes)
        assert other.mask is not None
        assert other.mask.shape == other.image.shape
        assert set(np.unique(other.mask)) >= set(range(1, len(other.labels) + 1))
    alone = composer.compose(LABELS[2:3], 3, 2, masks=True)[0]
    assert alone.mask is not None
    assert masked[2].mask is not None
    assert np.array_equal(alone.mask, masked[2].mask)
    assert np.array_equal(np.array(alone.quads), np.array(masked[2].quads))
    part = masked[1:3][1]
    assert np.array_equal(np.array(part.mask), masked[2].mask)
    assert np.array_equal(np.array(part.quads), np.array(masked[2].quads))


@pytest.mark.parametrize("name", NAMES)
def test_masks_follow_each_transform(name: str, mnist: GlyphBank) -> None:
    """Most of each glyph's pixels still have ink, and its box is near the ink box."""
    config = Config(spacing={"min": 1, "max": 5}, canvas={"transform": [{"name": name}]})
    for sample in build_composer(config, mnist).compose(["31415926"] * 6, 5, masks=True):
        assert sample.mask is not None
        assert sample.quads is not None
        for number, box in enumerate(sample.ink_boxes, 1):
            assert np.abs(np.array(box_of(sample.mask, number)) - box).max() <= 2
        middle = np.array(sample.centres)
        assert (middle >= sample.boxes[:, :2] - 1).all()
        assert (middle <= sample.boxes[:, 2:] + 1).all()


@pytest.mark.parametrize("name", MOVING)
def test_the_union_of_masks_is_the_ink_as_carried(name: str, mnist: GlyphBank) -> None:
    """One glyph for all ink goes the same way as many."""
    batch = build_composer(Config(), mnist).compose(["31415926", "2718281"], 5, masks=True)
    assert batch.masks is not None
    for row, (image, mask) in enumerate(zip(batch.images, batch.masks, strict=True)):
        mine = batch.sequences.owner == row
        boxes, inks = batch.flat_boxes[mine], batch.flat_ink_boxes[mine]
        owner, quads = np.zeros(len(boxes), np.int64), np.zeros((len(boxes), 4, 2))
        canvas = Canvas(image[None], boxes, inks, owner, masks=mask[None], quads=quads)
        whole = replace(canvas, masks=(mask[None] > 0).astype(np.uint16))
        transform = find("canvas_transform", name)()
        one, other = (transform.apply(item, Stream(1, row, 1, "t")) for item in (canvas, whole))
        assert one.masks is not None
        assert np.array_equal(one.masks > 0, np.array(other.masks) > 0)


def test_masks_follow_imgaug(mnist: GlyphBank) -> None:
    flip = {"name": "imgaug", "augmenter": "Fliplr", "arguments": {"p": 1.0}}
    plain = build_composer(Config(), mnist).compose(["350"], 1, masks=True)[0]
    composer = build_composer(Config(canvas={"transform": [flip]}), mnist)
    flipped = composer.compose(["350"], 1, masks=True)[0]
    assert plain.mask is not None
    assert flipped.mask is not None
    assert np.array_equal(flipped.mask, plain.mask[:, ::-1])
    assert np.array_equal(np.array(flipped.quads)[:, 0], flipped.boxes[:, :2])


@dataclass(frozen=True)
class Shift(CanvasTransform):
    """Moves images to the right, and says nothing of masks."""

    name: ClassVar[str] = "shift"
    by: int = 1

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        images = np.roll(canvas.images, self.by, axis=2)
        moved: Ints = np.array([self.by, 0, self.by, 0])
        return Canvas(images, canvas.boxes + moved, canvas.ink_boxes + moved, canvas.owner)


def test_a_transform_that_moves_pixels_without_masks_is_refused(mnist: GlyphBank) -> None:
    composer = replace(build_composer(Config(), mnist), canvas_transforms=(Shift(),))
    composer.compose(["350"], 1)
    with pytest.raises(PluginError, match="shift moves pixels but cannot move masks"):
        composer.compose(["350"], 1, masks=True)
    still = replace(composer, canvas_transforms=(Shift(0),))
    assert still.compose(["350"], 1, masks=True)[0].mask is not None
