"""What is measured of an image."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.inspection import measures


def bars(width: int, *, paper: int = 200, ink: int = 40) -> np.ndarray:
    image = np.full((60, 200), paper, np.uint8)
    image[10:50, 20 : 20 + width] = ink
    return image


def test_paper_and_contrast_are_levels() -> None:
    assert measures.paper(bars(8)) == 200
    assert measures.contrast(bars(8)) == 160
    assert measures.contrast(bars(8, paper=0, ink=255)) == 255


def test_colours_are_measured_in_grey() -> None:
    assert measures.paper(np.full((4, 4, 3), (10, 20, 60), np.uint8)) == 30


def test_the_ink_share_is_that_of_the_pixels() -> None:
    assert measures.ink_share(bars(9)) == pytest.approx(9 * 40 / (60 * 200))


@pytest.mark.parametrize("width", [3, 6, 9])
def test_the_stroke_width_is_a_share_of_the_height(width: int) -> None:
    # Of a straight stroke the outline is as long as it looks: the measure is 4 / pi too large.
    expected = width / 60 * 40 / (40 + width) * 4 / np.pi
    assert measures.stroke_width(bars(width)) == pytest.approx(expected)


def test_an_empty_image_has_no_strokes() -> None:
    assert measures.stroke_width(np.full((5, 5), 9, np.uint8)) == 0
