"""What holds of every transform of finished images."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from tests.canvas_transforms.canvases import NAMES, blank, coloured, drawn, stream

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.core.canvas import Canvas
from mnistseq.errors import ArgumentError, ConfigError
from mnistseq.plugins.registry import find

GOLDEN = {
    "colour": "2c64e6c77c68c9da",
    "edges": "d813c12485adf7b6",
    "guide-lines": "3bef4c6f01fa4b2b",
    "ink": "fb0f3848be63d194",
    "ink-spread": "6ade7c1b20270c5c",
    "joins": "a0032794a38f5445",
    "lens-blur": "b6847afeed124c41",
    "low-resolution": "a81a7d9f74d954d9",
    "margins": "eb32d1a2a01f0e7b",
    "marks": "0a8aa4a3fd509058",
    "neighbours": "8798f927eb739723",
    "paper-gradient": "9ba1d86b50da16bc",
    "paper-grain": "4a2f5ac9a60926f6",
    "paper-ruled": "9e10c92c7526bc37",
    "paper-tint": "5b2c8ce4aa1c8d40",
    "paper-waves": "2a47a13a3733f503",
    "perspective": "135a8af6356ad7b6",
    "sensor-noise": "cbaf8f0c61e76240",
    "trim": "44f3374f64fddc92",
    "uneven-light": "6154d2c48bff7ced",
}

JPEG_MEANS = [
    255.0,
    227.8,
    202.2,
    231.0,
    255.0,
    255.0,
    207.4,
    193.1,
    223.8,
    255.0,
    255.0,
    216.6,
    190.9,
    215.1,
    255.0,
    255.0,
    208.4,
    191.4,
    213.8,
    255.0,
]

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "colour": ({"strength": 1.5}, "a number from 0 to 1"),
    "edges": ({"inset": 0.6}, "a number from 0 to 0.5"),
    "guide-lines": ({"kind": "none"}, "kind"),
    "ink": ({"faintness": -0.1}, "from 0 to 1"),
    "ink-spread": ({"most": 1.5}, "from 0 to 1"),
    "jpeg": ({"worst": 4}, "a whole number from 5 to 95"),
    "joins": ({"longest": 1.1}, "a number from 0 to 1"),
    "lens-blur": ({"radius": 0.07}, "a number from 0 to 0.06"),
    "low-resolution": ({"factor": 0.5}, "a number from 1 to 3"),
    "margins": ({"left": -1}, "a number from 0 to 20"),
    "marks": ({"point": 2}, "a number from 0 to 1"),
    "neighbours": ({"reach": -0.1}, "a number from 0 to 1"),
    "paper-gradient": ({"darkest": 0.6}, "a number from 0 to 0.5"),
    "paper-grain": ({"size": 0}, "a number from 0.01 to 4"),
    "paper-ruled": ({"distance": 5}, "a number from 0.05 to 4"),
    "paper-tint": ({"darkest": -1}, "a number from 0 to 0.5"),
    "paper-waves": ({"distance": 0.01}, "a number from 0.02 to 2"),
    "perspective": ({"tilt": 0.4}, "a number from 0 to 0.2"),
    "sensor-noise": ({"deviation": 1}, "a number from 0 to 0.15"),
    "trim": ({"stretch": 0.9}, "a number from 1 to 2"),
    "uneven-light": ({"darkest": 0.7}, "a number from 0 to 0.6"),
}


def same(one: Canvas, other: Canvas) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("images", "boxes", "ink_boxes", "owner")
    )


@pytest.mark.parametrize("name", NAMES)
def test_strength_0_changes_nothing(name: str, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549", "7310"])
    for given in (canvas, coloured(canvas)):
        assert same(find("canvas_transform", name)(strength=0).apply(given, stream(2)), given)


@pytest.mark.parametrize("name", NAMES)
def test_full_strength_changes_images_differently(name: str, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["10009"] * 8, low=3, width=180)
    same_line = Canvas(
        np.repeat(canvas.images[:1], 8, axis=0),
        np.tile(canvas.boxes[:5], (8, 1)),
        np.tile(canvas.ink_boxes[:5], (8, 1)),
        canvas.owner,
    )
    changed = find("canvas_transform", name)().apply(same_line, stream(8)).images
    different = {image.tobytes() for image in changed}
    if name == "margins":  # whose room is the same for all, so that they stay of one size
        assert len(different) == 1
    else:
        assert len(different) >= 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (2, 3), (13, 17)])
def test_small_images_are_changed(name: str, size: tuple[int, int]) -> None:
    canvas = blank(5, *size)
    for given in (canvas, coloured(canvas)):
        changed = find("canvas_transform", name)().apply(given, stream(5))
        height, width = changed.images.shape[1:3]
        assert len(changed.images) == 5
        assert changed.images.dtype == np.uint8
        assert (changed.ink_boxes[:, 2:] > changed.ink_boxes[:, :2]).all()
        assert (changed.ink_boxes >= 0).all()
        assert (changed.ink_boxes[:, 2:] <= [width, height]).all()


@pytest.mark.parametrize("name", NAMES)
def test_large_images_are_changed(name: str) -> None:
    changed = find("canvas_transform", name)().apply(blank(1, 512, 8192), stream(1))
    assert changed.images.shape[1] == 512
    assert changed.images.shape[2] >= 8192


@pytest.mark.parametrize("name", NAMES)
def test_no_boxes_at_all(name: str) -> None:
    none = np.zeros((0, 4), dtype=np.int64)
    images = np.full((2, 28, 40), 255, dtype=np.uint8)
    canvas = Canvas(images, none, none, np.zeros(0, dtype=np.int64))
    assert len(find("canvas_transform", name)().apply(canvas, stream(2)).images) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_glyph_without_ink_keeps_its_empty_box(name: str) -> None:
    canvas = blank(3, 28, 90)
    empty = Canvas(canvas.images, canvas.boxes, 0 * canvas.ink_boxes, canvas.owner)
    changed = find("canvas_transform", name)().apply(empty, stream(3))
    assert not changed.ink_boxes.any()


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_parameter_is_refused(name: str, mnist: GlyphBank) -> None:
    parameters, allowed = BAD[name]
    (parameter,) = parameters
    steps = [{"name": name, **parameters}]
    with pytest.raises(ConfigError, match=allowed) as in_config:
        build_composer(Config(canvas={"transform": steps}), mnist)
    assert f"({name}).{parameter}" in str(in_config.value)
    with pytest.raises(ArgumentError, match=allowed) as in_python:
        find("canvas_transform", name)(**parameters)
    assert f"transform {name}: {parameter}" in str(in_python.value)


def test_every_transform_has_a_bad_parameter_here() -> None:
    assert set(BAD) == set(NAMES)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"jpeg"}))
def test_pixels_are_pinned(name: str, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549", "731028", "66"] * 2, seed=5, low=-1, width=190)
    changed = find("canvas_transform", name)().apply(canvas, stream(6, seed=9, start=3))
    digest = sha256(str(changed.images.shape).encode())
    for part in (changed.images, changed.boxes, changed.ink_boxes):
        digest.update(np.ascontiguousarray(part).astype("<i8").tobytes())
    assert digest.hexdigest()[:16] == GOLDEN[name]


def test_jpeg_stays_near_pinned_means(mnist: GlyphBank) -> None:
    """Means of blocks of 14 x 38 pixels: libjpeg may round otherwise elsewhere, by 2 a pixel."""
    canvas = drawn(mnist, ["12549", "731028"], seed=5, width=190)
    changed = (
        find("canvas_transform", "jpeg")(worst=10).apply(canvas, stream(2, seed=9, start=3)).images
    )
    means = changed.reshape(2, 2, 14, 5, 38).mean(axis=(2, 4)).ravel()
    np.testing.assert_allclose(means, JPEG_MEANS, atol=2)
    assert not np.array_equal(changed, canvas.images)
