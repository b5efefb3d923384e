"""Images as text."""

from __future__ import annotations

import re

import numpy as np

from mnistseq.inspection.terminal import half_blocks


def test_two_pixels_a_character() -> None:
    image = np.array([[0, 0, 255, 255], [0, 255, 0, 255]], np.uint8)
    assert half_blocks(image, 80, colour=False) == " ▄▀█"


def test_odd_height_is_closed() -> None:
    image = np.array([[0, 255], [255, 255], [255, 0]], np.uint8)
    assert half_blocks(image, 80, colour=False) == "▄█\n█ "


def test_colours_are_those_of_the_pixels() -> None:
    image = np.array([[[1, 2, 3]], [[40, 50, 60]]], np.uint8)
    assert half_blocks(image, 80, colour=True) == "\x1b[38;2;1;2;3;48;2;40;50;60m▀\x1b[0m"


def test_wide_images_are_shrunk_in_proportion() -> None:
    image = np.full((28, 390), 255, np.uint8)
    image[:, 195:] = 0
    drawn = half_blocks(image, 78, colour=False).split("\n")
    assert {len(line) for line in drawn} == {78}
    assert len(drawn) == 3
    assert all(re.fullmatch("█{39} {39}", line) for line in drawn)
