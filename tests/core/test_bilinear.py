"""Bilinear interpolation."""

from __future__ import annotations

import numpy as np

from mnistseq.core.bilinear import ONE, between, quads_of


def test_a_large_picture_is_interpolated_like_its_parts() -> None:
    random = np.random.default_rng(1)
    quads = quads_of(random.integers(0, 256, (1, 9, 7), dtype=np.uint8))
    x, y = random.integers(-2 * ONE, 11 * ONE, (2, 1, 700, 500), dtype=np.int32)
    whole = between(quads, x, y, (9, 7))
    for part in (slice(0, 350), slice(350, 700)):
        assert np.array_equal(whole[:, part], between(quads, x[:, part], y[:, part], (9, 7)))
    assert whole.any()
