from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnistseq import GlyphBank
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.core.resample import resample, scaled_edges, scaled_reach

SIZES = [1, 2, 7, 14, 27, 28, 29, 56, 200]


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 255), st.sampled_from([0, 1, 2]))
def test_flat_stays_flat(size: int, wanted: int, level: int, axis: int) -> None:
    shape = [2, 3, 4]
    shape[axis] = size
    scaled = resample(np.full(shape, level, np.uint8), axis, wanted)
    shape[axis] = wanted
    assert scaled.shape == tuple(shape)
    assert (scaled == level).all()


def test_the_right_size_is_left_alone() -> None:
    image = np.random.default_rng(1).integers(0, 256, (5, 9), dtype=np.uint8)
    assert resample(image, 1, 9) is image


@pytest.mark.parametrize("wanted", SIZES)
def test_close_to_pillow(mnist: GlyphBank, wanted: int) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (28, 28), dtype=np.uint8)
    for image in (mnist.pixels[7], mnist.pixels[1_234], noise):
        scaled = resample(resample(image, 0, wanted), 1, wanted + 3)
        pillow = Image.fromarray(np.array(image)).resize(
            (wanted + 3, wanted), Image.Resampling.BILINEAR
        )
        assert np.abs(scaled.astype(int) - np.asarray(pillow)).max() <= 1


def test_colour_is_scaled_by_channel() -> None:
    image = np.random.default_rng(3).integers(0, 256, (6, 11, 3), dtype=np.uint8)
    scaled = resample(image, 1, 17)
    for channel in range(3):
        assert (scaled[..., channel] == resample(image[..., channel], 1, 17)).all()


@pytest.mark.parametrize("wanted", SIZES[2:])
def test_as_much_ink_as_before(mnist: GlyphBank, wanted: int) -> None:
    image = mnist.pixels[:100]
    scaled = resample(image, 2, wanted)
    # The mean is kept but for rounding: half a level in a pixel, and far less in many.
    assert scaled.mean() == pytest.approx(image.mean(), abs=0.1)


def test_mirrored_input_gives_mirrored_output() -> None:
    image = np.random.default_rng(3).integers(0, 256, (4, 23), dtype=np.uint8)
    for wanted in (1, 5, 22, 46, 90):
        there = resample(image, 1, wanted).astype(int)
        back = resample(image[:, ::-1], 1, wanted)[:, ::-1]
        assert np.abs(there - back).max() <= 1


@given(st.integers(1, 80), st.integers(1, 80), st.data())
def test_edges_are_rounded_outwards(size: int, wanted: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start + 1, size))
    first, last = scaled_edges(np.array([start]), np.array([end]), size, wanted)
    assert 0 <= first[0] <= start * wanted / size < first[0] + 1
    assert last[0] - 1 < end * wanted / size <= last[0] <= wanted


@given(st.integers(1, 80), st.integers(1, 80), st.data())
def test_reach_is_where_ink_can_come(size: int, wanted: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start + 1, size))
    line = np.zeros((1, 1, size), np.uint8)
    line[..., start:end] = 255
    (found,) = ink_boxes(resample(line, 2, wanted))
    first, last = scaled_reach(np.array([start]), np.array([end]), np.array([size]), wanted)
    if not found.any():  # so little of it that it rounds to ground
        return
    assert 0 <= first[0] <= found[0]
    assert found[2] <= last[0] <= wanted
    # A pixel of full ink shows wherever its weight is 1/510 or more.
    assert found[0] - first[0] <= 1
    assert last[0] - found[2] <= 1


def test_nothing_reaches_nowhere() -> None:
    zero = np.zeros(1, dtype=np.int64)
    assert [part.tolist() for part in scaled_reach(zero, zero, zero + 50, 70)] == [[0], [0]]
