from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.painting import paint


def painted(
    glyphs: Pixels, owner: Ints, left: Ints, size: tuple[int, int], *, disjoint: bool
) -> Pixels:
    """The ink that is there after `paint`, light on dark and the other way round."""
    images, width = size
    light = np.full((images, glyphs.shape[1], width, *glyphs.shape[3:]), 7, np.uint8)
    dark = light.copy()
    paint(glyphs, owner, left, light, disjoint=disjoint)
    paint(255 - glyphs, owner, left, dark, disjoint=disjoint, background=255)
    assert (dark == 255 - light).all()
    return light


def naive(glyphs: Pixels, owner: Ints, left: Ints, images: int, width: int) -> Pixels:
    """Pixel by pixel: the stronger ink wins, what lies outside is cut."""
    number, height, glyph_width = glyphs.shape[:3]
    canvas = np.zeros((images, height, width, *glyphs.shape[3:]), np.uint8)
    for glyph in range(number):
        for column in range(glyph_width):
            x = int(left[glyph]) + column
            if 0 <= x < width:
                there = canvas[owner[glyph], :, x]
                there[...] = np.maximum(there, glyphs[glyph, :, column])
    return canvas


@given(
    seed=st.integers(0, 2**32),
    lengths=st.lists(st.integers(0, 6), min_size=1, max_size=6).filter(any),
    height=st.integers(1, 5),
    glyph_width=st.integers(1, 7),
    width=st.integers(1, 30),
    colour=st.booleans(),
)
def test_darker_ink_wins_where_glyphs_overlap(
    seed: int, lengths: list[int], height: int, glyph_width: int, width: int, colour: bool
) -> None:
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    shape = (len(owner), height, glyph_width, *(3,) * colour)
    glyphs = random.integers(0, 256, shape).astype(np.uint8)
    for glyph, used in enumerate(random.integers(0, glyph_width + 1, len(owner))):
        glyphs[glyph, :, used:] = 0  # a narrower glyph is background at its picture's right
    left = random.integers(-glyph_width, width + 1, len(owner))
    ink = painted(glyphs, owner, left, (len(lengths), width), disjoint=False)
    assert (ink == naive(glyphs, owner, left, len(lengths), width)).all()


@given(
    seed=st.integers(0, 2**32),
    lengths=st.lists(st.integers(0, 6), min_size=1, max_size=6).filter(any),
    glyph_width=st.integers(1, 7),
    colour=st.booleans(),
)
def test_glyphs_apart_are_painted_as_they_are(
    seed: int, lengths: list[int], glyph_width: int, colour: bool
) -> None:
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    shape = (len(owner), 4, glyph_width, *(3,) * colour)
    glyphs = random.integers(0, 256, shape).astype(np.uint8)
    steps = glyph_width + random.integers(0, 3, len(owner))
    left = np.cumsum(steps) - steps
    left -= left[np.searchsorted(owner, owner)]
    width = int((left + steps).max())
    expected = naive(glyphs, owner, left, len(lengths), width)
    size = len(lengths), width
    assert (painted(glyphs, owner, left, size, disjoint=True) == expected).all()
    assert (painted(glyphs, owner, left, size, disjoint=False) == expected).all()
    # Any memory layout will do.
    turned = np.asfortranarray(glyphs)
    assert (painted(turned, owner, left, size, disjoint=True) == expected).all()


@pytest.mark.parametrize("disjoint", [True, False])
def test_an_image_narrower_than_its_glyph(disjoint: bool) -> None:
    glyph = np.arange(1, 13, dtype=np.uint8).reshape(1, 2, 6)
    zero = np.zeros(1, dtype=np.int64)
    ink = painted(glyph, zero, zero - 2, (1, 3), disjoint=disjoint)
    assert ink.tolist() == [[[3, 4, 5], [9, 10, 11]]]


def test_the_stronger_ink_wins_in_each_channel() -> None:
    glyphs = np.array([[[[9, 1, 5]]], [[[2, 7, 5]]]], dtype=np.uint8)
    zeros = np.zeros(2, dtype=np.int64)
    ink = painted(glyphs, zeros, zeros, (1, 2), disjoint=False)
    assert ink.tolist() == [[[[9, 7, 5], [0, 0, 0]]]]


@given(seed=st.integers(0, 2**32), extra=st.integers(0, 6), disjoint=st.booleans())
def test_glyphs_at_rows_of_a_higher_image(seed: int, extra: int, disjoint: bool) -> None:
    random = np.random.default_rng(seed)
    glyphs = random.integers(0, 256, (3, 4, 5), dtype=np.uint8)
    owner, top = np.arange(3), random.integers(0, extra + 1, 3)
    left = random.integers(-2, 9, 3)
    images = np.full((3, 4 + extra, 11), 7, dtype=np.uint8)
    paint(glyphs, owner, left, images, disjoint=disjoint, top=top)
    low = naive(glyphs, owner, left, 3, 11)
    for image, line, row in zip(images, low, top.tolist(), strict=True):
        assert (image == np.pad(line, [(row, extra - row), (0, 0)])).all()
