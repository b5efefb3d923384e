"""Upstrokes of ones."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq import Config, GlyphBank, SampleBatch, build_composer

COUNT = 60


def composed(text: str, bank: GlyphBank, chance: float | None) -> SampleBatch:
    steps = [] if chance is None else [{"name": "flags", "chance": chance}]
    image = {"crop": "ink", "height": 56, "transform": steps}
    return build_composer(Config(image=image, spacing={"max": 0}), bank).compose([text] * COUNT, 2)


def different(text: str, bank: GlyphBank, chance: float) -> float:
    pairs = zip(composed(text, bank, None).images, composed(text, bank, chance).images, strict=True)
    return float(np.mean([not np.array_equal(a, b) for a, b in pairs]))


def test_ones_begin_with_an_upstroke(mnist: GlyphBank) -> None:
    assert different("1", mnist, 1.0) > 0.75
    assert 0.2 < different("1", mnist, 0.5) < 0.7
    plain, flagged = (composed("1", mnist, chance) for chance in (None, 1.0))
    widths = [np.diff(batch.flat_ink_boxes[:, ::2]).ravel() for batch in (plain, flagged)]
    assert (widths[1] >= widths[0]).all()


@pytest.mark.parametrize("label", "023456789")
def test_other_digits_stay_as_they_are(label: str, mnist: GlyphBank) -> None:
    assert different(label, mnist, 1.0) <= 0.05


def test_flags_fall_to_the_left(mnist: GlyphBank) -> None:
    flagged = composed("1", mnist, 1.0)
    for image, before in zip(flagged.images, composed("1", mnist, None).images, strict=True):
        if image.shape == before.shape:
            continue
        y, x = np.nonzero(image < 128)
        first = y[x == x.min()].mean() - y.min()
        assert first > 0.06 * (y.max() - y.min())
