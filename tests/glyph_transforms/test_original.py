"""What `image.transform: true` gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mnistseq import Config, build_composer, load_bank
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.glyph_transforms import original
from mnistseq.glyph_transforms.original import Original

Pixels = NDArray[np.uint8]

GOLDEN = Path(__file__).parent / "original.npz"


@pytest.fixture(scope="module")
def digits() -> Pixels:
    return np.asarray(load_bank(Config(source={"split": "test"})).pixels[:4000])


def run(glyphs: Pixels, seed: int = 7) -> Pixels:
    number = np.arange(len(glyphs))
    stream = GlyphStream(Stream(seed, 0, -(-len(glyphs) // 10), "t"), number // 10, number % 10)
    return Original().apply(glyphs, stream)


def only(monkeypatch: pytest.MonkeyPatch, *chances: float) -> None:
    monkeypatch.setattr(original, "_CHANCES", np.array(chances))


def test_true_is_the_original() -> None:
    switched = build_composer(Config(image={"transform": True})).compose(["31415"] * 9, seed=2)
    listed = build_composer(Config(image={"transform": ["original"]})).compose(
        ["31415"] * 9, seed=2
    )
    plain = build_composer(Config(image={"transform": False})).compose(["31415"] * 9, seed=2)
    pairs = list(zip(switched.images, listed.images, plain.images, strict=True))
    assert all(np.array_equal(a, b) for a, b, _ in pairs)
    assert not all(np.array_equal(a, c) for a, _, c in pairs)


def test_pixels_stay_near_the_pinned_ones(digits: Pixels) -> None:
    """OpenCV may round otherwise from version to version: 4 levels here, half a level on average.

    Written by ``np.savez_compressed("original.npz", run(digits[:60]))``.
    """
    drawn = run(digits[:60]).astype(int)
    apart = np.abs(drawn - np.load(GOLDEN)["arr_0"])
    assert apart.max() <= 4
    assert apart.mean() <= 0.5


def test_each_step_has_its_chance(digits: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """How often each step comes: 10, 15, 30 and 30 %, within four standard deviations."""
    for step, chance in enumerate([0.10, 0.15, 0.30, 0.30]):
        chances = [0.0] * 4
        chances[step] = chance
        only(monkeypatch, *chances)
        changed = run(digits)
        only(monkeypatch, 0, 0, 0, 0)
        share = (changed != run(digits)).any(axis=(1, 2)).mean()
        # A blur or a crop by next to nothing changes nothing.
        low = 0.75 if step in (0, 3) else 0.97
        deviation = 4 * np.sqrt(chance * (1 - chance) / len(digits))
        assert low * chance - deviation < share < chance + deviation


def test_contrast_is_stretched(digits: Pixels) -> None:
    pale = digits // 3
    assert (run(pale).max(axis=(1, 2)) >= 254).all()


def test_dropout_drops_a_tenth(digits: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, 0, 0, 1, 0)
    inked = digits > 0
    changed = run(digits)
    assert (inked & (changed == 0)).sum() / inked.sum() == pytest.approx(0.10, abs=0.003)
    assert not changed[~inked].any()


def test_blur_stays_near(digits: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, 1, 0, 0, 0)
    changed = run(digits[:500])
    reach = np.pad(digits[:500], ((0, 0), (4, 4), (4, 4)))
    near = np.max([reach[:, y : y + 28, x : x + 28] for y in range(9) for x in range(9)], axis=0)
    assert not changed[near == 0].any()


def test_crop_leaves_most_of_the_ink(digits: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, 0, 0, 0, 1)
    changed = run(digits)
    share = changed.reshape(4000, -1).sum(axis=1) / digits.reshape(4000, -1).sum(axis=1)
    assert share.min() > 0.8
    assert share.mean() > 1.3


def test_elastic_is_slight(digits: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, 0, 0, 0, 0)
    plain = run(digits)
    only(monkeypatch, 0, 1, 0, 0)
    changed = run(digits)
    share = changed.reshape(4000, -1).sum(axis=1) / plain.reshape(4000, -1).sum(axis=1)
    assert share.min() > 0.7
    # Where interpolation makes a thin line paler, the stretch darkens all of it.
    assert 0.9 < np.median(share) < 1.1
    # A shift of everything by a pixel makes 17.
    assert 1 < np.abs(changed.astype(int) - plain).mean() < 14


def test_order_is_random(digits: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blur before dropout leaves sharp holes, blur after it leaves none: both happen."""
    only(monkeypatch, 1, 0, 1, 0)
    monkeypatch.setattr(original, "_DROPPED", 0.3)
    changed = run(digits)
    holes = ((digits > 200) & (changed == 0)).sum(axis=(1, 2))
    assert 0.2 < (holes == 0).mean() < 0.8
