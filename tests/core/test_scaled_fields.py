"""Fields of paths that do not move are scaled as any others are interpolated."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.core.bilinear import between, coordinates, in_fixed_point, quads_of
from mnistseq.core.distance_fields import fields_map
from mnistseq.core.scaled_fields import Scaling


@pytest.mark.parametrize("shift", [0, -0.5, 3, -70])
@pytest.mark.parametrize(
    "size", [(1, 1), (28, 28), (56, 61), (48, 37), (64, 32), (112, 122), (2, 183)]
)
def test_scaled_fields_are_like_interpolated_ones(size: tuple[int, int], shift: float) -> None:
    nearness = np.random.default_rng(size).integers(0, 256, (3, 56, 61), dtype=np.uint8)
    scaled = fields_map(nearness.shape[1:], size)
    scaled[:, 2] += shift
    rows, columns = coordinates(in_fixed_point(scaled[None]), *size)
    x, y = columns[0, 0] + rows[0, 0, 0], columns[0, 1, 0] + rows[0, 1]
    across, down = (np.tile(part, (3, 1, 1)) for part in np.meshgrid(x, y))
    expected = between(quads_of(nearness), across, down, nearness.shape[1:]) >> 8
    assert np.array_equal(Scaling.of(x, y, nearness.shape[1:]).near(nearness), expected)
