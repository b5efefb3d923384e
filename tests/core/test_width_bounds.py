"""Bounds of the width of glyphs, against the glyphs as they are drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnistseq import Composer, GlyphBank
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.cell_widths import CellWidths
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_cells import Crop, GlyphCells
from mnistseq.core.overlap_limits import least_gaps
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import encode
from mnistseq.glyph_transforms.blur import Blur
from mnistseq.glyph_transforms.size import Size
from mnistseq.spacings.variable import Variable

CROPS = get_args(Crop)


def drawn_widths(cells: GlyphCells, height: int, crop: Crop) -> Ints:
    scaled = cells.scaled(height)
    return scaled.cropped().widths if crop == "ink" else scaled.widths


@st.composite
def ragged_cells(draw: st.DrawFn) -> GlyphCells:
    """Pictures of mostly faint ink, each with a cell that ends at or after its ink."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 12), st.integers(1, 12)))
    colours = draw(st.sampled_from([(), (3,)]))
    ink = st.one_of(st.integers(0, 3), st.integers(0, 255))
    pixels: Pixels = draw(arrays.arrays(np.uint8, shape + colours, elements=ink, fill=st.just(0)))
    widths = np.array(draw(st.lists(st.integers(1, shape[2]), min_size=4, max_size=4)))[: shape[0]]
    for picture, width in zip(pixels, widths, strict=True):
        picture[:, width:] = 0
    return GlyphCells.of(GlyphBank(pixels, np.zeros(len(pixels), int), ("a",), widths=widths))


@given(cells=ragged_cells(), height=st.integers(1, 60), crop=st.sampled_from(CROPS))
def test_bounds_contain_what_is_drawn(cells: GlyphCells, height: int, crop: Crop) -> None:
    low, high = cells.width_bounds(height, crop)
    widths = drawn_widths(cells, height, crop)
    assert (low <= widths).all()
    assert (widths <= high).all()
    assert low.min() >= 1
    assert high.max() <= cells.picture_width(height)


@given(height=st.integers(1, 120), crop=st.sampled_from(CROPS), first=st.integers(0, 59_900))
def test_bounds_of_real_digits_are_nearly_always_exact(
    mnist: GlyphBank, height: int, crop: Crop, first: int
) -> None:
    part = slice(first, first + 100)
    cells = GlyphCells.of(GlyphBank(mnist.pixels[part], mnist.codes[part], mnist.alphabet))
    low, high = cells.width_bounds(height, crop)
    widths = drawn_widths(cells, height, crop)
    assert (low <= widths).all()
    assert (widths <= high).all()
    if crop == "cell":
        assert (low == high).all()
    elif height > 7:
        assert (high - low).max() <= 2
        assert (low < high).mean() < 0.1


@pytest.mark.parametrize("crop", CROPS)
def test_bounds_without_scaling_are_exact(blocks: GlyphBank, crop: Crop) -> None:
    cells = GlyphCells.of(blocks)
    low, high = cells.width_bounds(cells.height, crop)
    assert (low == high).all()
    assert (low == drawn_widths(cells, cells.height, crop)).all()


@pytest.mark.parametrize(
    "fields",
    [
        {"height": 45, "crop": "ink"},
        {"height": 11, "crop": "ink"},
        {"height": 45},
        {"crop": "ink", "glyph_transforms": (Blur(), Size())},
        {"height": 37, "crop": "ink", "glyph_transforms": (Size(),)},
        {"height": 37, "glyph_transforms": (Blur(), Size())},
    ],
    ids=str,
)
def test_lines_are_as_wide_as_their_bounds_say(mnist: GlyphBank, fields: dict[str, Any]) -> None:
    composer = Composer(mnist, GapRule(Variable(), maximum=0), **fields)
    texts = ["350", "1111", "0123456789", "77"] * 20
    batch = composer.compose(texts, 4)
    low, high = composer.cell_widths.bounds
    drawn = batch.flat_boxes[:, 2] - batch.flat_boxes[:, 0]
    assert (low[batch.flat_glyph_ids] <= drawn).all()
    assert (drawn <= high[batch.flat_glyph_ids]).all()
    for text, image in zip(texts, batch.images, strict=True):
        width = image.shape[1]
        content = composer.cell_widths.content(encode([text], mnist.alphabet).codes)
        anything = composer.cell_widths.any_content(len(text))
        assert anything.low <= content.low <= width <= content.high <= anything.high
        assert content.low <= content.average <= content.high


def test_content_is_that_of_the_glyphs_of_each_label(blocks: GlyphBank) -> None:
    widths = CellWidths(blocks, 9, "cell", transformed=False)
    cells = {label: blocks.widths[blocks.codes == code] for code, label in enumerate("abcd")}
    content = widths.content(encode(["aab"], blocks.alphabet).codes)
    assert content.low == 2 * cells["a"].min() + cells["b"].min()
    assert content.high == 2 * cells["a"].max() + cells["b"].max()
    assert content.average == round(2 * cells["a"].mean() + cells["b"].mean())
    assert widths.any_content(3).low == 3 * blocks.widths.min()
    assert widths.any_content(3).high == 3 * blocks.widths.max()
    assert widths.widest == blocks.widths.max()


def test_the_least_gap_of_a_pair_is_within_its_bounds(blocks: GlyphBank) -> None:
    for crop in get_args(Crop):
        for height in (9, 14):
            composer = Composer(blocks, GapRule(Variable(), minimum=-30), height, crop)
            batch = encode(["abcd", "ddaa", "bcbc"] * 30, blocks.alphabet)
            _, glyphs, layout = composer.plan(batch, Stream(1, 0, len(batch)))
            least = least_gaps(-30, batch, glyphs)[np.diff(batch.owner, prepend=-1) == 0]
            bounds = composer.cell_widths.any_least_gap
            assert bounds.low <= least.min()
            assert least.max() <= bounds.high
            assert bounds.low <= bounds.average <= bounds.high
            content = composer.cell_widths.any_content(4)
            assert layout.widths.min() >= bounds.narrowest(4, content)
        some = composer.cell_widths.least_gap(encode(["ac"], blocks.alphabet).codes)
        assert bounds.low <= some.low <= some.high <= bounds.high


def test_a_rule_for_some_samples_replaces_the_composers_own(mnist: GlyphBank) -> None:
    composer = Composer(mnist, GapRule(Variable(), width=200, fit="resize"))
    rule = composer.gaps.override(3, 5, 120)
    batch = composer.compose(["350", "12"], 7, gaps=rule)
    other = replace(composer, gaps=rule).compose(["350", "12"], 7)
    assert np.array_equal(batch.images, other.images)
    assert np.array_equal(batch.flat_boxes, other.flat_boxes)
    assert np.shape(batch.images) == (2, 28, 120)


@pytest.mark.parametrize("crop", CROPS)
def test_glyphs_that_are_not_drawn_do_not_count(mnist: GlyphBank, crop: Crop) -> None:
    alone = mnist.restricted(np.flatnonzero(mnist.codes != 3)[:500])
    kept = alone.members
    assert kept is not None
    own = GlyphBank(mnist.pixels[kept], mnist.codes[kept], mnist.alphabet)
    codes = np.array([1, 0, 7])
    found, expected = (CellWidths(bank, 28, crop, transformed=False) for bank in (alone, own))
    assert found.content(codes) == expected.content(codes)
    assert found.any_content(5) == expected.any_content(5)
    assert found.any_least_gap == expected.any_least_gap
    assert found.least_gap(codes) == expected.least_gap(codes)
    assert found.widest == expected.widest
