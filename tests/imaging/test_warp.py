"""Warping and blurring, compared with slow sums pixel by pixel, and equal in every batch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mnistseq import GlyphBank
from mnistseq.core.bilinear import ONE
from mnistseq.errors import ArgumentError
from mnistseq.imaging import warp as warps
from mnistseq.imaging.warp import blur, warp, warp_affine


@pytest.fixture
def glyphs(mnist: GlyphBank) -> NDArray[np.uint8]:
    return np.asarray(mnist.pixels[:60])


def matrices(count: int, seed: int = 1) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    made = np.tile(np.eye(2, 3), (count, 1, 1))
    made[:, :, :2] += random.uniform(-0.4, 0.4, (count, 2, 2))
    made[:, :, 2] = random.uniform(-6, 6, (count, 2))
    return made


def shown(image: NDArray[np.uint8], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same picture by a formula for each pixel."""
    height, width = image.shape
    padded = np.zeros((height + 60, width + 60))
    padded[30:-30, 30:-30] = image
    y, x = np.mgrid[:height, :width].astype(float)
    from_x = np.clip(matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2], -29, width + 28) + 30
    from_y = np.clip(matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2], -29, height + 28) + 30
    column, row = from_x.astype(int), from_y.astype(int)
    right, lower = from_x - column, from_y - row
    upper = padded[row, column] * (1 - right) + padded[row, column + 1] * right
    below = padded[row + 1, column] * (1 - right) + padded[row + 1, column + 1] * right
    mixed: NDArray[np.float64] = upper * (1 - lower) + below * lower
    return mixed


def test_affine_is_bilinear(glyphs: NDArray[np.uint8]) -> None:
    maps = matrices(len(glyphs))
    warped = warp_affine(glyphs, maps)
    slow = np.stack([shown(image, matrix) for image, matrix in zip(glyphs, maps, strict=True)])
    # Fractions of a pixel are cut to 8 bits in either direction.
    assert np.abs(warped - slow).max() < 2.5


def test_identity_changes_nothing(glyphs: NDArray[np.uint8]) -> None:
    assert (warp_affine(glyphs, np.tile(np.eye(2, 3), (len(glyphs), 1, 1))) == glyphs).all()
    x = np.arange(28, dtype=np.int32)[None, None] * ONE
    assert (warp(glyphs, x, x.swapaxes(1, 2)) == glyphs).all()


def test_whole_steps_move_pixels(glyphs: NDArray[np.uint8]) -> None:
    maps = np.tile(np.eye(2, 3), (len(glyphs), 1, 1))
    maps[:, :, 2] = 2, -3
    moved = warp_affine(glyphs, maps)
    assert (moved[:, 3:, :-2] == glyphs[:, :-3, 2:]).all()
    assert not moved[:, :3].any()
    assert not moved[:, :, -2:].any()


@pytest.mark.parametrize("size", [1, 7, 59])
def test_the_batch_does_not_matter(glyphs: NDArray[np.uint8], size: int) -> None:
    maps, sigmas = matrices(len(glyphs)), np.linspace(0, 3, len(glyphs))
    warped, smooth = warp_affine(glyphs, maps), blur(glyphs, sigmas)
    for first in range(0, len(glyphs), size):
        part = slice(first, first + size)
        assert (warp_affine(glyphs[part], maps[part]) == warped[part]).all()
        assert (blur(glyphs[part], sigmas[part]) == smooth[part]).all()


def test_blocks_do_not_matter(glyphs: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> None:
    maps = matrices(len(glyphs))
    warped = warp_affine(glyphs, maps)
    monkeypatch.setattr(warps, "_BLOCK", 100)
    assert (warp_affine(glyphs, maps) == warped).all()


@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40)),
    colour=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_any_shape_works(shape: tuple[int, int, int], colour: bool, seed: int) -> None:
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (*shape, 3) if colour else shape, dtype=np.uint8)
    maps = matrices(len(images), seed)
    warped, smooth = warp_affine(images, maps), blur(images, np.full(len(images), 1.5), "nearest")
    assert warped.shape == smooth.shape == images.shape
    if colour:
        assert (warped[..., 1] == warp_affine(images[..., 1], maps)).all()
    else:
        assert np.abs(warped[0] - shown(images[0], maps[0])).max() < 2.5


def test_pixels_far_outside_are_background(glyphs: NDArray[np.uint8]) -> None:
    maps = np.tile(np.eye(2, 3), (len(glyphs), 1, 1))
    maps[:, 0, 2] = np.linspace(-1e9, 1e9, len(glyphs))
    assert not warp_affine(glyphs, maps).any()


@pytest.mark.parametrize("edge", ["background", "nearest"])
def test_blur_is_gaussian(glyphs: NDArray[np.uint8], edge: str) -> None:
    sigmas = np.linspace(0.2, 4, len(glyphs))
    smooth = blur(glyphs, sigmas, edge)  # type: ignore[arg-type]  # the values of the parameters
    mode = "constant" if edge == "background" else "edge"
    for image, sigma, done in zip(glyphs, sigmas, smooth, strict=True):
        radius = int(np.ceil(3 * sigma))
        kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
        kernel /= kernel.sum()
        padded = np.pad(image.astype(float), radius, mode)  # type: ignore[call-overload]
        rows = np.apply_along_axis(np.convolve, 1, padded, kernel, "valid")
        exact = np.apply_along_axis(np.convolve, 0, rows, kernel, "valid")
        assert np.abs(done - exact).max() < 0.6


def test_a_flat_picture_stays_flat() -> None:
    for level in (1, 77, 255):
        images = np.full((2, 9, 14), level, np.uint8)
        assert (blur(images, np.array([0.3, 5.0]), "nearest") == level).all()


def test_sigma_0_changes_nothing(glyphs: NDArray[np.uint8]) -> None:
    sigmas = np.where(np.arange(len(glyphs)) % 2, 2.0, 0.0)
    smooth = blur(glyphs, sigmas)
    assert (smooth[::2] == glyphs[::2]).all()
    assert (smooth[1::2] != glyphs[1::2]).any(axis=(1, 2)).all()
    assert blur(glyphs, np.zeros(len(glyphs))) is glyphs


def test_a_picture_larger_than_the_limit_is_refused() -> None:
    most = warps._MOST
    wide = np.zeros((1, 2, most), np.uint8)
    wide[0, :, -9:] = np.arange(1, 10)
    step = np.array([[[1.0, 0, 3], [0, 1, 0]]])
    assert (warp_affine(wide, step)[:, :, : most - 3] == wide[:, :, 3:]).all()
    with pytest.raises(ArgumentError, match=rf"16001 x 2 px is too large .* {most} px in each"):
        warp_affine(np.zeros((1, 2, most + 1), np.uint8), step)
