"""Moved glyphs keep all their ink inside the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mnistseq.imaging import move_glyphs
from mnistseq.imaging.move_glyphs import move, turned
from mnistseq.imaging.warp import warp_affine

MARGIN = 60


@st.composite
def pictures(draw: st.DrawFn) -> NDArray[np.uint8]:
    """Blots anywhere in pictures of any size, up to the very edge."""
    height, width = draw(st.integers(1, 30)), draw(st.integers(1, 30))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    glyphs = random.integers(0, 256, (3, height, width)).astype(np.uint8)
    glyphs[random.random(glyphs.shape) < draw(st.sampled_from([0.0, 0.5, 0.95]))] = 0
    return glyphs


@given(
    glyphs=pictures(),
    angle=st.floats(-45, 45),
    slant=st.floats(-45, 45),
    scale=st.floats(0.6, 1.4),
    shift=st.tuples(st.floats(-30, 30), st.floats(-30, 30)),
    foot=st.sampled_from([0.5, 1.0]),
)
def test_nothing_is_cut_off(
    glyphs: NDArray[np.uint8],
    angle: float,
    slant: float,
    scale: float,
    shift: tuple[float, float],
    foot: float,
) -> None:
    beyond = []

    def with_margin(
        images: NDArray[np.uint8], matrices: NDArray[np.float64], _: object
    ) -> NDArray[np.uint8]:
        """The same map with room around the picture, where what is cut off would show."""
        wide = np.pad(images, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
        maps = matrices.copy()
        maps[:, :, 2] += MARGIN - MARGIN * matrices[:, :, :2].sum(axis=2)
        moved = warp_affine(wide, maps)
        inside = moved[:, MARGIN:-MARGIN, MARGIN:-MARGIN].copy()
        moved[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = 0
        beyond.append(int(moved.max()))
        return inside

    ones = np.ones(len(glyphs))
    linear = turned(angle * ones, slant * ones, scale * ones)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(move_glyphs, "warp_affine", with_margin)
        moved = move(glyphs, linear, np.tile(shift, (len(glyphs), 1)), (0.5, foot))
    # One level of 255: fractions of a pixel are rounded.
    assert beyond[0] <= 1
    assert moved.shape == glyphs.shape


def test_glyphs_move_as_requested_if_they_have_room() -> None:
    glyph = np.zeros((1, 40, 40), np.uint8)
    glyph[0, 18:22, 18:22] = 200
    moved = move(glyph, np.eye(2)[None], np.array([[5.0, -7.0]]))
    assert (moved[0, 11:15, 23:27] == 200).all()
    assert moved.sum() == glyph.sum()


def test_glyphs_stop_at_the_edge() -> None:
    glyph = np.zeros((1, 10, 10), np.uint8)
    glyph[0, 4:6, 4:6] = 200
    moved = move(glyph, np.eye(2)[None], np.array([[50.0, -50.0]]))
    assert (moved[0, :2, -2:] == 200).all()


def test_the_bottom_of_a_glyph_stays() -> None:
    glyph = np.zeros((1, 40, 40), np.uint8)
    glyph[0, 10:30, 15:25] = 255
    half = turned(np.zeros(1), np.zeros(1), np.full(1, 0.6))
    moved = move(glyph, half, np.zeros((1, 2)), (0.5, 1.0))
    rows = np.flatnonzero(moved[0].max(axis=1) > 128)
    assert rows[-1] == 29
    assert rows[0] == 30 - 12


def test_positive_angles_slant_to_the_right() -> None:
    glyph = np.zeros((1, 40, 40), np.uint8)
    glyph[0, 10:30, 18:22] = 255
    slanted = move(glyph, turned(np.zeros(1), np.full(1, 20.0), np.ones(1)), np.zeros((1, 2)))
    columns = (slanted[0] * np.arange(40)).sum(axis=1) / np.maximum(slanted[0].sum(axis=1), 1)
    assert columns[12] - columns[27] == pytest.approx(15 * np.tan(np.radians(20)), abs=0.2)


def test_a_glyph_that_cannot_be_rotated_is_unchanged() -> None:
    dash = np.zeros((1, 3, 60), np.uint8)
    dash[0, 1] = 255
    assert (
        move(dash, turned(np.full(1, 45.0), np.zeros(1), np.ones(1)), np.zeros((1, 2))) == dash
    ).all()


def test_glyphs_without_ink_work() -> None:
    empty = np.zeros((2, 5, 5), np.uint8)
    linear = turned(np.full(2, 30.0), np.zeros(2), np.ones(2))
    assert not move(empty, linear, np.ones((2, 2))).any()
