"""Pens: fields of distances → ink."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.core.bank_union import mix_banks
from mnistseq.core.composer import Composer
from mnistseq.core.distance_fields import FAR, FIELD_HEIGHT, STEPS, UNITS
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_cells import Crop
from mnistseq.core.limits import MAX_PEN_WIDTH
from mnistseq.core.pen import Pen
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import encode
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.glyph_transforms.affine import Affine
from mnistseq.glyph_transforms.baseline import Baseline
from mnistseq.glyph_transforms.size import Size
from mnistseq.imaging.distance_fields import MASK_HEIGHT, distance_fields
from mnistseq.spacings.variable import Variable


@pytest.fixture(scope="module")
def lines() -> GlyphBank:
    """A vertical line, in the middle of its cell, and a point."""
    masks = np.zeros((2, MASK_HEIGHT, MASK_HEIGHT), dtype=np.bool_)
    masks[0, 20:92, 56] = True
    masks[1, 50, 30] = True
    return GlyphBank(distance_fields(masks), np.array([0, 1]), ("1", "."), "lines", paths=True)


def composer(bank: GlyphBank, pen: Pen, height: int, **more: object) -> Composer:
    return Composer(bank, GapRule(Variable()), height=height, pen=pen, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("height", [28, 56, 100, 256])
@pytest.mark.parametrize("width", [0.05, 0.1, 0.25])
def test_strokes_are_as_wide_as_the_share_of_the_height(
    lines: GlyphBank, height: int, width: float
) -> None:
    image = composer(lines, Pen((width, width)), height).compose(["1"], seed=1).images[0]
    ink = (255 - image[height // 2].astype(float)).sum() / 255
    assert ink == pytest.approx(width * height, abs=max(0.5, height / UNITS / 8))


@pytest.mark.parametrize("height", [28, 56, 112, 256])
def test_the_thinnest_pen_that_is_allowed_draws_strokes_without_gaps(
    lines: GlyphBank, height: int
) -> None:
    least = max(0.001, np.ceil(1000 * (1 / FIELD_HEIGHT - 1 / height)) / 1000)
    image = composer(lines, Pen((least, least)), height).compose(["1"], seed=1).images[0]
    assert (image[height // 4 : -height // 4].min(axis=1) < 255).all()
    if height > FIELD_HEIGHT:
        with pytest.raises(ArgumentError, match=rf"is too thin for glyphs {height} px high"):
            composer(lines, Pen((least - 0.001, 0.1)), height)


def test_fields_hold_distances_in_steps_of_a_unit(lines: GlyphBank) -> None:
    row = lines.pixels[0, FIELD_HEIGHT // 2].astype(int)
    # The line covers the column of mask pixels whose centre is at 28.25 field pixels.
    expected = np.abs(np.arange(FIELD_HEIGHT) + 0.5 - 28.25) * STEPS * UNITS / FIELD_HEIGHT
    assert np.abs(row - np.minimum(expected, FAR)).max() <= 2


def test_a_bank_of_paths_needs_a_pen(lines: GlyphBank) -> None:
    with pytest.raises(ArgumentError, match=r"source lines has pen paths.* set image\.pen"):
        Composer(lines, GapRule(Variable()))


def test_no_pen_draws_pictures(blocks: GlyphBank) -> None:
    with pytest.raises(ArgumentError, match="has pictures, which no pen draws"):
        composer(blocks, Pen((0.1, 0.1)), 28)


def test_fields_have_one_height() -> None:
    with pytest.raises(
        SourceError, match=r"must have the shape \(N, 56, width\), not \(1, 28, 28\)"
    ):
        GlyphBank(np.zeros((1, 28, 28), np.uint8), np.array([0]), ("1",), paths=True)


def test_paths_and_pictures_do_not_mix(lines: GlyphBank, blocks: GlyphBank) -> None:
    with pytest.raises(
        ArgumentError, match=r"source lines has pen paths and source .* has pictures"
    ):
        mix_banks([blocks, lines])


def test_joined_paths_are_far_from_what_pads_them(lines: GlyphBank) -> None:
    wide = np.full((1, FIELD_HEIGHT, 80), FAR, dtype=np.uint8)
    union = mix_banks([lines, GlyphBank(wide, np.array([0]), ("2",), "wide", paths=True)])
    assert union.paths
    assert (union.pixels[0, :, 56:] == FAR).all()


PENS = [
    Pen((0.03, 0.08)),
    Pen((0.01, 0.25), variation=1.0, spread=1.0),
    Pen((0.05, 0.05), variation=0.4),
]


@pytest.fixture(scope="module")
def scribbles() -> GlyphBank:
    """Crosses of three labels, in cells of unequal width."""
    masks = np.zeros((12, MASK_HEIGHT, 160), dtype=np.bool_)
    widths = 30 + 7 * np.arange(12) % 50
    for index, (mask, width) in enumerate(zip(masks, widths, strict=True)):
        x, y = 8 + 11 * index % (2 * width - 16), 8 + 37 * index % (MASK_HEIGHT - 16)
        mask[y, 8 : 2 * width - 8] = True
        mask[8 : MASK_HEIGHT - 8, x] = True
    fields = distance_fields(masks)
    return GlyphBank(fields, np.arange(12) % 3, ("a", "b", "c"), "scribbles", widths, paths=True)


@pytest.mark.parametrize("pen", PENS)
@pytest.mark.parametrize("height", [9, 28, 56, 75])
def test_a_sample_is_the_same_in_every_batch(scribbles: GlyphBank, pen: Pen, height: int) -> None:
    made = composer(scribbles, pen, height, crop="ink")
    texts = ["abc", "c", "ba", "cccc", "ab", "abcabc"]
    batch = made.compose(texts, seed=7, start=2)
    for index, text in enumerate(texts):
        alone = made.compose([text], seed=7, start=2 + index)
        assert np.array_equal(alone.images[0], batch.images[index])
        assert np.array_equal(alone.ink_boxes[0], batch.ink_boxes[index])


def test_an_image_has_one_pen(lines: GlyphBank) -> None:
    batch = composer(lines, Pen((0.02, 0.25)), 112).compose(["111"] * 20, seed=1)
    widths = [np.ptp(boxes[:, ::2], axis=1) for boxes in batch.ink_boxes]
    assert all(np.ptp(each) == 0 for each in widths)
    assert np.ptp([each[0] for each in widths]) > 5


def test_pressure_varies_along_a_stroke(lines: GlyphBank) -> None:
    def stroke(variation: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        image = composer(lines, Pen((0.1, 0.1), variation), 112).compose(["1"], seed=1).images[0]
        rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = (255.0 - image[30:80]).sum(axis=1)
        return rows / 255

    assert np.ptp(stroke(0.0)) == 0
    assert np.ptp(stroke(1.0)) > 0.5
    assert np.abs(np.diff(stroke(1.0))).max() < 1.5


def test_a_soft_edge_leaves_the_middle_of_a_stroke_black(lines: GlyphBank) -> None:
    made = composer(lines, Pen((0.2, 0.2), spread=1.0), 112)
    rows = [made.compose(["1"], seed=seed).images[0][56] for seed in range(20)]
    shades = [len(np.unique(row)) for row in rows]
    assert min(row.min() for row in rows) == 0
    assert max(shades) > 2 * min(shades)


@given(
    low=st.floats(0.005, MAX_PEN_WIDTH),
    high=st.floats(0.005, MAX_PEN_WIDTH),
    variation=st.sampled_from([0.0, 0.3, 1.0]),
    spread=st.sampled_from([0.0, 0.5, 1.0]),
    height=st.integers(1, 130),
    crop=st.sampled_from(get_args(Crop)),
    moves_and_seed=st.tuples(st.booleans(), st.integers(0, 9)),
)
def test_bounds_of_widths_contain_what_a_pen_draws(
    scribbles: GlyphBank,
    low: float,
    high: float,
    variation: float,
    spread: float,
    height: int,
    crop: Crop,
    moves_and_seed: tuple[bool, int],
) -> None:
    moves, seed = moves_and_seed
    pen = Pen((min(low, high), max(low, high)), variation, spread)
    transforms = (Size(), Affine(rotate=45), Baseline(jitter=0.5)) if moves else ()
    made = composer(scribbles, pen, height, crop=crop, glyph_transforms=transforms)
    ids, glyphs, _ = made.plan(encode(["abcabc"] * 4, ("a", "b", "c")), Stream(seed, 0, 4))
    least, most = made.cell_widths.bounds
    assert (least[ids] <= glyphs.widths).all()
    assert (glyphs.widths <= most[ids]).all()
    assert least.min() >= 1


def test_bounds_of_one_width_are_exact_at_the_height_of_fields(scribbles: GlyphBank) -> None:
    made = composer(scribbles, Pen((0.06, 0.06)), FIELD_HEIGHT, crop="ink")
    least, most = made.cell_widths.bounds
    assert np.array_equal(least, most)


@pytest.mark.parametrize("height", [20, 64, 112])
def test_bounds_of_one_width_differ_by_a_few_pixels(scribbles: GlyphBank, height: int) -> None:
    least, most = composer(scribbles, Pen((0.06, 0.06)), height, crop="ink").cell_widths.bounds
    assert (most - least).max() <= 6


def test_a_glyph_without_a_path_has_no_ink() -> None:
    empty = np.full((1, FIELD_HEIGHT, FIELD_HEIGHT), FAR, dtype=np.uint8)
    bank = GlyphBank(empty, np.array([0]), ("1",), paths=True)
    made = composer(bank, Pen((0.25, 0.25), variation=1.0, spread=1.0), 40, crop="ink")
    assert made.compose(["1"], seed=1).images[0].min() == 255


GOLDEN = {
    9: "163a60febb82e2d7",
    28: "789e34c85d8b29d5",
    56: "808cf302131b29e5",
    75: "025e22385c3cdb39",
    112: "4dec2853ef44df7e",
}


@pytest.mark.parametrize("height", GOLDEN)
def test_equal_fields_give_equal_pixels_everywhere(scribbles: GlyphBank, height: int) -> None:
    digest = sha256()
    for pen in PENS:
        for image in composer(scribbles, pen, height).compose(["abc", "cab"], seed=5).images:
            digest.update(image.tobytes())
    assert digest.hexdigest()[:16] == GOLDEN[height]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": (0.0, 0.1)}, r"the widths 0\.0 and 0\.1: give the least and the greatest"),
        ({"width": (0.2, 0.1)}, r"the widths 0\.2 and 0\.1"),
        ({"width": (0.1, 0.3)}, r"above 0 and up to 0\.25"),
        ({"width": (0.1, 0.1), "variation": 1.5}, r"variation of a pen is from 0 to 1, not 1\.5"),
        ({"width": (0.1, 0.1), "spread": -1}, r"spread of a pen is from 0 to 1, not -1"),
    ],
)
def test_a_pen_outside_of_its_limits_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Pen(**values)
