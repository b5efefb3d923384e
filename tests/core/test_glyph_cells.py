from __future__ import annotations

import numpy as np
import pytest

from mnistseq import GlyphBank
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.core.glyph_cells import GlyphCells, SelectedGlyphs


def test_cells_are_cropped_to_their_ink(blocks: GlyphBank) -> None:
    cells = GlyphCells.of(blocks).cropped()
    assert (cells.offsets == blocks.ink[:, 0]).all()
    assert (cells.offsets + cells.widths == blocks.ink[:, 2]).all()
    assert cells.pixels is blocks.pixels


def test_a_cell_without_ink_stays_as_it_is() -> None:
    bank = GlyphBank(np.zeros((1, 3, 5), np.uint8), np.array([0]), ("a",), widths=np.array([4]))
    cells = GlyphCells.of(bank).cropped()
    assert (cells.offsets.tolist(), cells.widths.tolist()) == ([0], [4])


@pytest.mark.parametrize("height", [1, 4, 8, 10, 18, 50])
def test_a_scaled_cell_holds_all_of_its_ink(blocks: GlyphBank, height: int) -> None:
    cells = GlyphCells.of(blocks).scaled(height)
    assert cells.height == height
    assert (cells.ink == ink_boxes(cells.pixels)).all()
    # Ink runs up to the right edge of many cells that are narrower than their picture;
    # smoothing carries it beyond: half a pixel of the picture, and what rounding adds.
    assert (cells.ink[:, 2] <= cells.widths).all()
    old, new = blocks.pixels.shape[2], cells.pixels.shape[2]
    beyond = cells.widths - blocks.widths * new / old
    assert beyond.min() >= 0
    assert beyond.max() <= 1.5 + new / old / 2
    assert cells.widths.max() == cells.pixels.shape[2]


def test_the_same_height_moves_no_pixel(blocks: GlyphBank) -> None:
    cells = GlyphCells.of(blocks)
    assert cells.scaled(9) is cells


def test_glyphs_are_picked_in_their_order(blocks: GlyphBank) -> None:
    members = np.array([7, 0, 7, 11])
    picked = SelectedGlyphs(GlyphCells.of(blocks), members)
    assert (picked.widths == blocks.widths[members]).all()
    assert (picked.ink == blocks.ink[members]).all()
    assert (picked.pixels(slice(1, 3)) == blocks.pixels[[0, 7]]).all()
    gathered = picked.gathered()
    assert (gathered.pixels == blocks.pixels[members]).all()
    assert (gathered.widths == picked.widths).all()
