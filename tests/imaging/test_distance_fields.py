"""Pictures → fields of distances to the paths of their strokes."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest

from mnistseq import GlyphBank
from mnistseq.core.distance_fields import FAR, FIELD_HEIGHT, ON_PATH, SLOPE
from mnistseq.imaging.distance_fields import MASK_HEIGHT, distance_fields, picture_field

HUNDRED = "93818ebf27e4e3ee33c3c83f4ca11814c072da155a5faa94a945791c9cde8a93"
"""Hash of the paths of a hundred digits. Another version of scikit-image or SciPy that changes it
also changes the fingerprints of thinned sources."""


def test_a_hundred_paths_are_pinned(mnist: GlyphBank) -> None:
    fields = [picture_field(mnist.pixels[600 * index]) for index in range(100)]
    assert sha256(np.stack(fields).tobytes()).hexdigest() == HUNDRED


def test_a_path_runs_along_the_middle_of_a_stroke() -> None:
    picture = np.zeros((28, 28), dtype=np.uint8)
    picture[4:24, 12:17] = 255
    field = picture_field(picture)
    row = field[FIELD_HEIGHT // 2]
    assert abs(int(row.argmin()) - 28) <= 1
    assert row.min() < ON_PATH
    assert row[28 + 10] > 8 * SLOPE


@pytest.mark.parametrize("strength", [1, 20, 255])
def test_faint_pictures_have_the_paths_of_strong_ones(strength: int) -> None:
    picture = np.zeros((28, 28), dtype=np.uint8)
    picture[4:24, 13] = strength
    picture[4, 8:20] = strength
    field = picture_field(picture)
    assert (field[8:46].min(axis=1) < ON_PATH).all()


def test_a_picture_without_ink_has_no_path() -> None:
    assert (picture_field(np.zeros((20, 30), dtype=np.uint8)) == FAR).all()


def test_a_point_has_a_path() -> None:
    picture = np.zeros((28, 28), dtype=np.uint8)
    picture[10, 10] = 255
    assert picture_field(picture).min() < ON_PATH


@pytest.mark.parametrize(("shape", "width"), [((28, 28), 56), ((100, 50), 28), ((9, 11), 68)])
def test_fields_have_the_proportions_of_pictures(shape: tuple[int, int], width: int) -> None:
    assert picture_field(np.full(shape, 9, dtype=np.uint8)).shape == (FIELD_HEIGHT, width)


def test_colours_count_by_their_strongest_channel() -> None:
    grey = np.zeros((28, 28), dtype=np.uint8)
    grey[5:20, 10:13] = 200
    colour = np.zeros((28, 28, 3), dtype=np.uint8)
    colour[..., 1] = grey
    assert np.array_equal(picture_field(colour), picture_field(grey))


def test_neighbours_differ_by_no_more_than_their_distance(mnist: GlyphBank) -> None:
    fields = np.stack([picture_field(picture) for picture in mnist.pixels[:20]]).astype(int)
    for axis in (1, 2):
        assert np.abs(np.diff(fields, axis=axis)).max() <= SLOPE + 1


def test_masks_without_a_line_are_far_from_everything() -> None:
    masks = np.zeros((2, MASK_HEIGHT, 80), dtype=np.bool_)
    masks[1, 50, 40] = True
    fields = distance_fields(masks)
    assert fields.shape == (2, FIELD_HEIGHT, 40)
    assert (fields[0] == FAR).all()
    assert fields[1].min() < ON_PATH
