from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mnistseq import Composer, GlyphBank, to_float
from mnistseq.core.array_types import Pixels
from mnistseq.core.canvas import CanvasRule
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import ArgumentError, LabelError
from mnistseq.messages import plural
from mnistseq.spacings.fixed import Fixed
from mnistseq.spacings.variable import Variable

RAGGED = ["350", "12", "0123456789", "77", "8888888888888888888", "4321"]
EVEN = ["0123456789", "9876543210", "1111111111", "3141592653"]


def composer_of(bank: GlyphBank, **rule: Any) -> Composer:
    fields = {name: rule.pop(name) for name in list(rule) if name in Composer.__annotations__}
    spacing = rule.pop("spacing", Variable())
    return Composer(bank, GapRule(spacing, **rule), **fields)


def naive(composer: Composer, ids: list[int], x: list[int], width: int) -> Pixels:
    """One image, glyph by glyph: dark ink on white, the darker wins."""
    bank = composer.bank
    image = np.full((bank.height, width, *bank.pixels.shape[3:]), 255, np.uint8)
    for glyph, left in zip(ids, x, strict=True):
        x0, _, x1, _ = bank.ink[glyph].tolist()
        if composer.crop == "cell":
            x0, x1 = 0, int(bank.widths[glyph])
        for column in range(x0, x1):
            there = image[:, left + column - x0]
            there[...] = np.minimum(there, 255 - bank.pixels[glyph, :, column])
    return image


RULES: dict[str, dict[str, Any]] = {
    "pad": {"width": 900},
    "pad, tight": {"width": 560, "minimum": 1, "maximum": 9},
    "left": {"width": 900, "align": "left"},
    "right": {"width": 900, "align": "right"},
    "random": {"width": 900, "align": "random"},
    "edge": {"subtype": "edge", "width": 1_000},
    "no width": {},
    "overlaps": {"minimum": -20, "maximum": -5},
    "ink": {"crop": "ink", "width": 900},
    "ink, touching": {"crop": "ink", "maximum": 0},
    "ink, edge": {"crop": "ink", "subtype": "edge"},
    "fixed": {"spacing": Fixed(), "minimum": 4, "maximum": 4},
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("labels", [EVEN, RAGGED], ids=["even", "ragged"])
def test_images_are_those_of_a_loop(mnist: GlyphBank, name: str, labels: list[str]) -> None:
    composer = composer_of(mnist, **RULES[name])
    light = replace(composer, polarity="light-on-dark").compose(labels, 9, 3)
    for sample, other in zip(composer.compose(labels, 9, 3), light, strict=True):
        assert [str(code) for code in mnist.codes[sample.glyph_ids]] == list(sample.labels)
        x = sample.boxes[:, 0].tolist()
        expected = naive(composer, sample.glyph_ids.tolist(), x, sample.image.shape[1])
        assert (sample.image == expected).all()
        assert (other.image == 255 - expected).all()
        gaps = sample.boxes[1:, 0] - sample.boxes[:-1, 2]
        rule = composer.gaps
        assert gaps.min() >= rule.minimum
        assert gaps.max() <= rule.maximum
        assert sample.boxes.min() >= 0
        assert sample.boxes[:, 2].max() <= sample.image.shape[1]


@pytest.mark.parametrize("width", [330, 390, 460])
def test_exact_fills_the_width_with_gaps(mnist: GlyphBank, width: int) -> None:
    composer = composer_of(mnist, width=width, fit="exact")
    batch = composer.compose(EVEN * 10, 2)
    assert isinstance(batch.boxes, np.ndarray)
    assert (batch.boxes[:, 0, 0] == 0).all()
    assert (batch.boxes[:, -1, 2] == width).all()
    gaps = batch.boxes[:, 1:, 0] - batch.boxes[:, :-1, 2]
    assert (gaps.sum(axis=1) == width - 280).all()
    for sample in batch[0], batch[39]:
        x = sample.boxes[:, 0].tolist()
        assert (sample.image == naive(composer, sample.glyph_ids.tolist(), x, width)).all()


def test_unequal_widths_and_colour(blocks: GlyphBank) -> None:
    colour = np.stack([blocks.pixels, blocks.pixels // 2, 255 - blocks.pixels], axis=3)
    colour[blocks.pixels == 0] = 0
    painted = replace(blocks, pixels=colour)
    for bank in (blocks, painted):
        for rule in RULES.values():
            composer = composer_of(bank, **{**rule, "minimum": max(-5, rule.get("minimum", 0))})
            for sample in composer.compose(["abcd", "dd", "cabdacbd"], 5):
                x = sample.boxes[:, 0].tolist()
                expected = naive(composer, sample.glyph_ids.tolist(), x, sample.image.shape[1])
                assert (sample.image == expected).all()


def test_ground_is_white_and_ink_is_the_digit_inverted(mnist: GlyphBank) -> None:
    sample = composer_of(mnist, width=100).compose(["350"], 1)[0]
    image = to_float(sample.image)
    assert image.dtype == np.float32
    assert image.shape == (28, 100)
    assert image[0, 0] == 1.0
    assert image.max() == 1.0
    assert image.min() >= 0.0
    for glyph, (x0, _, x1, _) in zip(sample.glyph_ids, sample.boxes.tolist(), strict=True):
        assert (sample.image[:, x0:x1] == 255 - mnist.pixels[glyph]).all()
        # The float is the nearest to the fraction, and gives the same byte back.
        assert (np.rint(image[:, x0:x1] * 255) == 255 - mnist.pixels[glyph]).all()
        image[:, x0:x1] = 1.0
    assert (image == 1.0).all()


BATCHES: dict[str, dict[str, Any]] = {
    "pad": {"width": 390, "align": "random"},
    "exact": {"width": 390, "fit": "exact"},
    "resize": {"fit": "resize", "width": 200},
    "no width": {},
    "ink": {"crop": "ink", "width": 390},
    "overlaps": {"minimum": -9, "maximum": 3},
    "height": {"height": 17},
}


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("ragged", [False, True], ids=["even", "ragged"])
def test_a_sample_is_the_same_in_any_batch(mnist: GlyphBank, name: str, ragged: bool) -> None:
    number = 1_000 if name == "pad" else 200
    random = np.random.default_rng(7)
    lengths = random.integers(2, 11, number) if ragged and name != "exact" else [10] * number
    labels = ["".join(map(str, random.integers(0, 10, length))) for length in lengths]
    composer = composer_of(mnist, **BATCHES[name])
    whole = composer.compose(labels, 350, 40)
    for size in (1, 7):
        for start in range(0, number, size):
            part = composer.compose(labels[start : start + size], 350, 40 + start)
            for place, sample in enumerate(part):
                other = whole[start + place]
                assert sample.index == other.index == 40 + start + place
                assert np.array_equal(sample.image, other.image)
                assert np.array_equal(sample.glyph_ids, other.glyph_ids)
                assert np.array_equal(sample.boxes, other.boxes)
                assert np.array_equal(sample.ink_boxes, other.ink_boxes)


@pytest.mark.parametrize("rows", [[3, 1, 1, 0], [199, 0, 60], [5]])
def test_samples_of_any_indices_are_those_of_the_batch(mnist: GlyphBank, rows: list[int]) -> None:
    random = np.random.default_rng(7)
    labels = ["".join(map(str, random.integers(0, 10, 2 + number % 7))) for number in range(200)]
    composer = replace(composer_of(mnist), canvas=CanvasRule(40, "random"))
    whole = composer.compose(labels, 350, 40)
    indices = [40 + row for row in rows]
    part = composer.compose([labels[row] for row in rows], 350, indices=indices)
    for sample, row in zip(part, rows, strict=True):
        assert sample.index == 40 + row
        assert np.array_equal(sample.image, whole[row].image)
        assert np.array_equal(sample.boxes, whole[row].boxes)
    assert part.keys == tuple(f"{index:09d}" for index in indices)
    assert part[1:].keys == part.keys[1:]
    assert repr(part) == f"<SampleBatch: {plural(len(rows), 'sample')} of seed 350>"


def test_every_sequence_needs_an_index(mnist: GlyphBank) -> None:
    with pytest.raises(ArgumentError, match=r"^2 sequences and 1 index: give one index for each "):
        composer_of(mnist).compose(["1", "2"], 350, indices=[4])


def test_composing_leaves_no_trace(mnist: GlyphBank) -> None:
    composer = composer_of(mnist, width=390)
    first = composer.compose(EVEN, 5)
    kept = first.flat_boxes.copy(), np.array(first.images)
    composer.compose(RAGGED[:2], 6)
    composer.compose(EVEN, 5).images[0][...] = 7  # what a caller does to an image is their own
    again = composer.compose(EVEN, 5)
    assert (again.flat_boxes == kept[0]).all()
    assert (np.array(again.images) == kept[1]).all()


def test_seeds_and_indices_draw_other_images(mnist: GlyphBank) -> None:
    composer = composer_of(mnist, width=390)
    images = [np.array(composer.compose(EVEN[:1] * 3, seed).images) for seed in (0, 1, 2)]
    assert len(np.unique(np.concatenate(images).reshape(9, -1), axis=0)) == 9


def test_no_sequences_are_refused(mnist: GlyphBank) -> None:
    with pytest.raises(LabelError, match="there is no sequence to draw: give at least one"):
        composer_of(mnist).compose([], 0)


def test_seed_and_index_are_checked(mnist: GlyphBank) -> None:
    with pytest.raises(ArgumentError, match="seed -1 is out of range"):
        composer_of(mnist).compose(["35"], -1)
    with pytest.raises(ArgumentError, match="index -1 is out of range"):
        composer_of(mnist).compose(["35"], 0, -1)
