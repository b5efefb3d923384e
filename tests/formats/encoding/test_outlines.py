"""Polygons around masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnistseq.formats.encoding.outlines import outline

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def within(polygon: np.ndarray[Any, Any], shape: tuple[int, ...]) -> Mask:
    """Return the pixels whose middle is in a polygon, by the number of its sides to their left."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    inside = np.zeros(shape, dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x > x0 + (x1 - x0) * (y - y0) / (y1 - y0))
    return inside


@settings(max_examples=60, deadline=None)
@given(arrays(np.bool_, st.tuples(st.integers(1, 7), st.integers(1, 9))))
def test_one_polygon_encloses_all_parts_of_a_mask_and_no_hole(mask: Mask) -> None:
    polygon = outline(mask)
    assert np.array_equal(within(polygon, mask.shape), mask)
    rows, columns = np.nonzero(mask)
    if len(rows):
        assert polygon.min(axis=0).tolist() == [columns.min(), rows.min()]
        assert polygon.max(axis=0).tolist() == [columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize(
    ("rows", "polygon"),
    [
        (["#"], [[1, 0], [1, 1], [0, 1], [0, 0]]),
        (["# #"], [[1, 0], [2, 0], [3, 0], [3, 1], [2, 1], [2, 0], [1, 0], [1, 1], [0, 1], [0, 0]]),
        (["   "], []),
    ],
)
def test_parts_are_joined_where_they_are_nearest(rows: list[str], polygon: list[Any]) -> None:
    mask = np.array([[pixel == "#" for pixel in row] for row in rows])
    assert outline(mask).tolist() == polygon
