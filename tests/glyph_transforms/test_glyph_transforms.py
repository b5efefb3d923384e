"""Properties of every built-in glyph transform."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnistseq import Config, GlyphBank, build_composer, load_bank
from mnistseq.config.keys import keys_of
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.errors import ArgumentError, ConfigError
from mnistseq.plugins.registry import find

IN_NUMPY = {
    "affine": "cc8e7146787221db",
    "elastic": "d8787959b5ff842f",
    "stroke": "9a027f42fa147d10",
    "blur": "91d34de5495b26d9",
    "noise": "79ca494b5724f38e",
    "dropout": "1cabc292dd5e1be1",
    "contrast": "9cad1f8039ac107b",
    "slant": "7d8bedc005cfab33",
    "baseline": "d63a7689084ea589",
    "size": "4581255ba2498714",
    "ending": "d62f304397a85fbb",
}
"""Name → start of the hash of what it draws: part of the promise "same call, same pixels"."""

LEAST_INK = {
    "affine": 0.60,
    "elastic": 0.60,
    "stroke": 0.45,
    "blur": 0.95,
    "noise": 0.70,
    "dropout": 0.50,
    "contrast": 0.35,
    "slant": 0.95,
    "baseline": 0.98,
    "size": 0.50,
    "ending": 0.25,
    "flags": 0.98,
    "original": 0.50,
}
"""Fraction of its ink that each of 10,000 digits keeps at full strength."""

NAMES = list(LEAST_INK)
GEOMETRIC = [
    "affine",
    "elastic",
    "stroke",
    "blur",
    "slant",
    "baseline",
    "size",
    "ending",
    "original",
]

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def digits() -> Pixels:
    return np.asarray(load_bank(Config(source={"split": "test"})).pixels)


def make(name: str, **parameters: Any) -> Any:
    return find("glyph_transform", name)(**parameters)


def run(transform: Any, glyphs: Pixels, line: int = 10, first: int = 0) -> Pixels:
    """Change glyphs in lines of `line` glyphs."""
    number = np.arange(len(glyphs))
    stream = Stream(7, first, -(-len(glyphs) // line), "test")
    changed: Pixels = transform.apply(glyphs, GlyphStream(stream, number // line, number % line))
    return changed


@pytest.mark.parametrize("name", NAMES)
def test_strength_0_changes_nothing(name: str, digits: Pixels) -> None:
    colour = np.repeat(digits[:50, ..., None], 3, axis=3)
    assert (run(make(name, strength=0), digits[:500]) == digits[:500]).all()
    assert (run(make(name, strength=0.0), colour) == colour).all()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("ending", "flags")])
def test_full_strength_changes_most(name: str, digits: Pixels) -> None:
    changed = (run(make(name), digits[:500]) != digits[:500]).any(axis=(1, 2))
    assert changed.mean() > 0.6


@pytest.mark.parametrize("name", NAMES)
def test_less_strength_changes_less(name: str, digits: Pixels) -> None:
    def change(strength: float) -> float:
        after = run(make(name, strength=strength), digits[:1000])
        return float(np.abs(after.astype(int) - digits[:1000]).mean())

    assert 0 < change(0.3) < change(0.6) < change(1.0)


@pytest.mark.parametrize("name", NAMES)
def test_no_digit_is_erased(name: str, digits: Pixels) -> None:
    transform = make(name)
    left = [
        run(transform, digits[first : first + 1000], first=first).reshape(1000, -1).sum(axis=1)
        for first in range(0, 10_000, 1000)
    ]
    share = np.concatenate(left) / digits.reshape(10_000, -1).sum(axis=1)
    assert share.min() > LEAST_INK[name]


@pytest.mark.parametrize("name", NAMES)
def test_no_digit_is_erased_at_the_limits(name: str, digits: Pixels) -> None:
    """Each parameter has the end of its range that changes more."""
    limits = {
        key.path: key.kind.high
        for key in keys_of(find("glyph_transform", name))
        if key.path != "cells"
    }
    for parameters in (limits, limits | ({"thicker": 0.0} if name == "stroke" else {})):
        after = run(make(name, **parameters), digits[:2000]).reshape(2000, -1)
        before = digits[:2000].reshape(2000, -1)
        assert (after.sum(axis=1) / before.sum(axis=1)).min() > 0.15
        assert (after.max(axis=1) > 50).all()


@pytest.mark.parametrize(("name", "digest"), IN_NUMPY.items())
def test_pixels_are_pinned(name: str, digest: str, mnist: GlyphBank) -> None:
    glyphs = np.asarray(mnist.pixels[:200])
    assert sha256(run(make(name), glyphs).tobytes()).hexdigest()[:16] == digest


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 3), (5, 64), (512, 300)])
def test_any_size_works(name: str, size: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    glyphs = random.integers(1, 256, (4, *size), dtype=np.uint8)
    glyphs[0, : size[0] // 2] = 0
    for given in (glyphs, np.repeat(glyphs[..., None], 3, axis=3)[:2]):
        changed = run(make(name), given, line=2)
        assert changed.shape == given.shape
        assert changed.any(axis=(1, 2)).all()


# Without original: OpenCV may round colours otherwise than grey.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "original"])
def test_channels_change_equally(name: str, digits: Pixels) -> None:
    colour = np.repeat(digits[:100, ..., None], 3, axis=3)
    assert (run(make(name), colour)[..., 1] == run(make(name), digits[:100])).all()


@pytest.mark.parametrize("name", NAMES)
def test_background_stays_background(name: str) -> None:
    """Pixels far from all ink stay as white as before, without grey boxes."""
    dots = np.zeros((20, 28, 28), np.uint8)
    dots[:, 13:15, 13:15] = 255
    changed = run(make(name), dots)
    corners = np.concatenate([changed[:, :4, :4], changed[:, -4:, -4:]])
    assert not corners.any()
    assert (changed == 0).mean() > 0.8


def out_of_range() -> Iterator[tuple[str, str, Any]]:
    for name in NAMES:
        for key in keys_of(find("glyph_transform", name)):
            yield name, key.path, key.kind.low - 1
            yield name, key.path, key.kind.high + 1
            yield name, key.path, float("nan")
            yield name, key.path, "much"
            yield name, key.path, True


@pytest.mark.parametrize(("name", "parameter", "value"), list(out_of_range()))
def test_a_bad_parameter_is_refused(name: str, parameter: str, value: Any) -> None:
    with pytest.raises(ArgumentError) as told:
        make(name, **{parameter: value})
    kind = {key.path: key.kind for key in keys_of(find("glyph_transform", name))}[parameter]
    assert str(told.value).startswith(f"transform {name}: {parameter} ")
    assert f"from {kind.low} to {kind.high}" in str(told.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_parameter_of_a_config_names_the_key(name: str) -> None:
    step = {"name": name, "strength": 1.5}
    with pytest.raises(ConfigError) as told:
        build_composer(Config(image={"transform": [step]}))
    assert str(told.value) == (
        f"image.transform[0] ({name}).strength: 1.5 is not allowed; give a number from 0 to 1"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_has_help(name: str) -> None:
    transform = find("glyph_transform", name)
    assert all(item.metadata.get("help") for item in fields(transform))
    assert transform.__doc__


@pytest.mark.parametrize("crop", ["cell", "ink"])
@pytest.mark.parametrize("height", [None, 61])
@pytest.mark.parametrize("name", GEOMETRIC)
def test_boxes_fit_the_ink(name: str, height: int | None, crop: str) -> None:
    """Ink boxes contain all ink of the final image and are tight on every side."""
    config = Config(
        source={"split": "test"},
        image={"transform": [name], "crop": crop, "height": height},
        spacing={"min": 0, "max": 9},
    )
    batch = build_composer(config).compose(["0123456789"] * 6, seed=11)
    for image, cells, inks in zip(batch.images, batch.boxes, batch.ink_boxes, strict=True):
        left = 255 - np.asarray(image)
        for cell, (x0, y0, x1, y1) in zip(cells, inks, strict=True):
            assert cell[0] <= x0 < x1 <= cell[2]
            assert cell[1] <= y0 < y1 <= cell[3]
            found = ink_boxes(left[None, y0:y1, x0:x1])[0]
            assert np.abs(found - [0, 0, x1 - x0, y1 - y0]).max() <= 2
            left[y0:y1, x0:x1] = 0
        assert not left.any()


def test_glyphs_of_a_line_share_a_slant(digits: Pixels) -> None:
    changed = run(make("slant", unrest=0.0), np.tile(digits[None, 2], (20, 1, 1)))
    assert (changed[:10] == changed[0]).all()
    assert (changed[10:] == changed[10]).all()
    assert (changed[0] != changed[10]).any()


def test_lines_lean_to_one_side(digits: Pixels) -> None:
    ones = np.tile(digits[None, 2], (20, 1, 1))
    left, upright, right = (
        run(make("slant", lean=lean, shear=0.0, unrest=0.0), ones) for lean in (-15.0, 0.0, 15.0)
    )
    middles = [
        (changed[0, :14].sum(axis=0) * np.arange(28)).sum() / changed[0, :14].sum()
        for changed in (left, upright, right)
    ]
    assert middles[0] < middles[1] - 0.5 < middles[2] - 1


def test_a_line_is_narrowed_as_a_whole(digits: Pixels) -> None:
    zeros = np.tile(digits[None, 3], (200, 1, 1))
    boxes = ink_boxes(run(make("size", line=0.0, jitter=0.0, narrow=0.5), zeros))
    sizes = boxes[:, 2:] - boxes[:, :2]
    whole = ink_boxes(zeros[:1])[0]
    assert (sizes[:10] == sizes[0]).all()
    assert (np.abs(sizes[:, 1] - (whole[3] - whole[1])) <= 1).all()
    share = sizes[::10, 0] / (whole[2] - whole[0])
    assert share.min() < 0.65
    assert share.max() > 0.9


def test_the_end_of_a_line_is_smaller(digits: Pixels) -> None:
    sevens = np.tile(digits[None, 0], (400, 1, 1))
    changed = run(make("ending", chance=1.0, smallest=0.5, raised=0.0), sevens)
    boxes = ink_boxes(changed).reshape(-1, 10, 4)
    heights = boxes[:, :, 3] - boxes[:, :, 1]
    whole = ink_boxes(sevens[:1])[0]
    assert (changed.reshape(-1, 10, 28, 28)[:, :6] == sevens[0]).all()
    assert (heights[:, 9] <= whole[3] - whole[1]).all()
    assert heights[:, 9].min() < 0.65 * (whole[3] - whole[1])
    assert (np.abs(boxes[:, :, 3] - whole[3]) <= 1).all()
    smaller = heights < heights[:, :1]
    assert set(smaller.sum(axis=1)) == {0, 1, 2, 3, 4}
    # Once smaller, a line stays so until its end.
    assert (np.diff(smaller.astype(int), axis=1) >= 0).all()


def test_an_ending_may_be_raised(digits: Pixels) -> None:
    sevens = np.tile(digits[None, 0], (400, 1, 1))
    changed = run(make("ending", chance=1.0, smallest=0.5, raised=1.0), sevens)
    boxes = ink_boxes(changed).reshape(-1, 10, 4)[:, 9]
    whole = ink_boxes(sevens[:1])[0]
    assert (boxes[:, 1] >= whole[1] - 1).all()
    assert boxes[:, 3].min() < whole[3] - 3


def test_lines_drift(digits: Pixels) -> None:
    glyphs = np.tile(digits[None, 2], (10, 1, 1))
    changed = run(make("baseline", jitter=0.0, drift=0.1), glyphs, first=3)
    height = (changed.sum(axis=2) * np.arange(28)).sum(axis=1) / changed.sum(axis=(1, 2))
    steps = np.diff(height)
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert np.ptp(steps) < 0.1


def test_one_glyph_alone_does_not_drift(digits: Pixels) -> None:
    assert (run(make("baseline", jitter=0.0), digits[:9], line=1) == digits[:9]).all()


def test_strokes_become_thicker_and_thinner(digits: Pixels) -> None:
    ink = digits[:500].sum(dtype=np.int64)
    assert run(make("stroke", thinner=0.0), digits[:500]).sum(dtype=np.int64) > 1.2 * ink
    assert run(make("stroke", thicker=0.0), digits[:500]).sum(dtype=np.int64) < 0.9 * ink


def test_numpy_is_enough() -> None:
    """None of them imports OpenCV or imgaug, not even through another."""
    code = (
        "import sys; sys.modules.update(cv2=None, imgaug=None, scipy=None, skimage=None)\n"
        "from mnistseq import Config, build_composer\n"
        f"config = Config(image={{'transform': {list(IN_NUMPY)}}})\n"
        "build_composer(config).compose(['350'], seed=1)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
