"""Batches are painted a few samples, and large lines a few rows, at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mnistseq import build_composer
from mnistseq.core.batch_painting import paint_batch
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import encode


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize(
    "config",
    [
        {},
        {"image": {"height": 90}},
        {"image": {"crop": "ink"}, "spacing": {"min": -9, "max": 3}},
        {"image": {"height": 50}, "canvas": {"height": 70, "align": "random"}},
    ],
    ids=["plain", "scaled", "overlapping", "on a canvas"],
)
def test_strips_give_the_same_image(config: dict[str, Any], dark: bool) -> None:
    composer = build_composer(config)
    sequences = encode(["3507"], composer.bank.alphabet)
    _, glyphs, layout = composer.plan(sequences, Stream(5, 0, 1))
    options = {"disjoint": composer.gaps.minimum >= 0, "dark": dark}
    [whole] = paint_batch(sequences, glyphs, layout, **options)
    [strips] = paint_batch(sequences, glyphs, layout, **options, strip_bytes=whole.nbytes // 7)
    np.testing.assert_array_equal(strips, whole)
    assert whole.min() < 50
    assert whole.max() > 200
