"""Boxes and masks over images."""

from __future__ import annotations

import numpy as np

from mnistseq.core.overlays import draw_boxes, draw_mask, enlarge


def test_a_box_is_its_outline_within_the_image() -> None:
    image = np.full((6, 8), 200, np.uint8)
    drawn = draw_boxes(image, np.array([[1, 1, 4, 5], [6, 4, 99, 99], [3, 3, 3, 5]]))
    changed = (drawn != 200).any(axis=2)
    expected = np.zeros((6, 8), bool)
    expected[1:5, 1:4] = True
    expected[2:4, 2] = False
    expected[4:6, 6:8] = True
    assert changed.tolist() == expected.tolist()
    assert (image == 200).all()


def test_neighbours_have_different_colours() -> None:
    drawn = draw_boxes(np.zeros((3, 8), np.uint8), np.array([[0, 0, 3, 3], [4, 0, 7, 3]]))
    assert drawn[0, 0].tolist() != drawn[0, 4].tolist()


def test_a_mask_tints_the_glyphs_only() -> None:
    image = np.zeros((2, 3), np.uint8)
    drawn = draw_mask(image, np.array([[0, 1, 2], [0, 0, 0]]))
    assert drawn[0, 1].any()
    assert drawn[0, 1].tolist() != drawn[0, 2].tolist()
    assert not drawn[1].any()


def test_pixels_are_repeated() -> None:
    assert enlarge(np.array([[1, 2]], np.uint8), 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]
