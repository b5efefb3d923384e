"""Pens: fields of distances → ink."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.mixed_bank import mix_banks
from mnistseq.core.path_fields import FAR, FIELD_HEIGHT, STEPS, UNITS
from mnistseq.core.pen import Pen
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.imaging.path_fields import MASK_HEIGHT, distance_fields
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
    with pytest.raises(SourceError, match=r"source lines has pen paths and source .* has pictures"):
        mix_banks([blocks, lines])


def test_joined_paths_are_far_from_what_pads_them(lines: GlyphBank) -> None:
    wide = np.full((1, FIELD_HEIGHT, 80), FAR, dtype=np.uint8)
    union = mix_banks([lines, GlyphBank(wide, np.array([0]), ("2",), "wide", paths=True)])
    assert union.paths
    assert (union.pixels[0, :, 56:] == FAR).all()
