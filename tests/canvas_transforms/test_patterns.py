"""Patterns that are equal on all machines; paper; optics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.canvas_transforms.canvases import blank, coloured, drawn, stream

from mnistseq import GlyphBank
from mnistseq.canvas_transforms.paper_picture import PaperPicture
from mnistseq.core.array_types import Pixels
from mnistseq.errors import ConfigError
from mnistseq.imaging.patterns import (
    GRAIN_DEVIATION,
    clouds,
    grain,
    hashed,
    numbers_and_keys,
    shaded,
    wave,
)
from mnistseq.plugins.registry import find

KEY = np.random.default_rng(1).integers(0, 2**32, (3, 2), dtype=np.uint32)
DARKEN = [
    "paper-tint", "paper-gradient", "paper-waves", "paper-ruled", "uneven-light", "guide-lines",
]  # fmt: skip


def test_wave_is_nearly_a_sine() -> None:
    turns = np.linspace(-3, 3, 2001, dtype=np.float32)
    assert np.abs(wave(turns.copy()) - np.sin(2 * np.pi * turns)).max() < 0.0015


def test_grain_is_nearly_normal_and_its_own_for_each_key() -> None:
    field = grain(KEY, (100, 100))
    assert field.shape == (3, 100, 100)
    assert np.abs(field.mean(axis=(1, 2)) / GRAIN_DEVIATION).max() < 0.04
    assert np.abs(field.std(axis=(1, 2)) / GRAIN_DEVIATION - 1).max() < 0.03
    flat = field.reshape(3, -1)
    assert np.abs(np.corrcoef(flat) - np.eye(3)).max() < 0.04
    for shift in (1, 100):
        assert abs(np.corrcoef(flat[0, shift:], flat[0, :-shift])[0, 1]) < 0.04


def test_bits_of_hashed_words_are_even() -> None:
    words = hashed(KEY, 20_000)
    bits = (words[..., None] >> np.arange(32, dtype=np.uint32)) & np.uint32(1)
    assert np.abs(bits.mean(axis=1) - 0.5).max() < 0.02


def test_clouds_are_smooth_and_in_range() -> None:
    field = clouds(KEY, (40, 90), 8.0)
    assert field.shape == (3, 40, 90)
    assert field.min() >= -1
    assert field.max() <= 1
    assert field.std() > 0.2
    assert np.abs(np.diff(field, axis=2)).max() < 0.5
    assert np.array_equal(clouds(KEY[1:2], (40, 90), 8.0)[0], field[1])


def test_numbers_and_keys_are_different_words() -> None:
    numbers, keys = numbers_and_keys(stream(5), 3, 2)
    assert np.array_equal(numbers, stream(5).uniform(3))
    assert len({key.tobytes() for key in keys}) == 2
    assert all(key.shape == (5, 2) for key in keys)


def test_shaded_rounds_to_the_nearest() -> None:
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    for step in (0, 1, 100, 254, 255):
        level = np.full((1, 16, 16), step / 255, dtype=np.float32)
        assert np.array_equal(
            shaded(images, level), np.rint(images.astype(int) * step / 255).astype(np.uint8)
        )


@pytest.mark.parametrize("name", DARKEN)
def test_paper_and_light_keep_the_share_of_contrast(name: str, mnist: GlyphBank) -> None:
    """Ink and paper lose the same fraction: half as light stays half as light."""
    canvas = drawn(mnist, ["12549", "7310"])
    transform = find("canvas_transform", name)()
    level = transform.apply(canvas.with_images(np.full_like(canvas.images, 255)), stream(2)).images
    assert (level >= 255 * 0.35).all()
    changed = transform.apply(canvas, stream(2)).images.astype(float)
    assert np.abs(changed - canvas.images * (level / 255.0)).max() <= 1


@pytest.mark.parametrize(
    "name", ["paper-grain", "sensor-noise", "lens-blur", "low-resolution", "jpeg"]
)
def test_the_mean_light_does_not_change(name: str, mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549"] * 20)
    changed = find("canvas_transform", name)().apply(canvas, stream(20)).images
    means = canvas.images.mean(axis=(1, 2)), changed.mean(axis=(1, 2))
    assert np.abs(means[0] - means[1]).max() < (20 if name == "paper-grain" else 5)


def test_channels_have_noise_of_their_own(mnist: GlyphBank) -> None:
    canvas = coloured(drawn(mnist, ["12549"]))
    grey = canvas.with_images(np.full_like(canvas.images, 128))
    noisy = find("canvas_transform", "sensor-noise")(deviation=0.15).apply(grey, stream(1)).images
    assert (noisy[..., 0] != noisy[..., 1]).mean() > 0.5


def pictures(folder: Path, *images: Pixels) -> str:
    folder.mkdir(exist_ok=True)
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{number}.png")
    return str(folder)


def test_paper_picture_shows_a_piece_of_a_picture(tmp_path: Path) -> None:
    ramp = np.arange(200, dtype=np.uint8)[None, :] + np.zeros((50, 1), np.uint8)
    folder = pictures(tmp_path, ramp)
    canvas = blank(8, 20, 40)
    white = canvas.with_images(np.full_like(canvas.images, 255))
    shown = PaperPicture(folder, darkest=0.7).apply(white, stream(8)).images.astype(int)
    assert (shown == shown[:, :1]).all()
    slope = np.diff(shown[:, 0], axis=1)
    assert np.abs(slope.mean(axis=1) - 0.7).max() < 0.1
    assert len(set(shown[:, 0, 0].tolist())) > 4
    assert shown.min() >= 255 * 0.3 - 1


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (28, 150)])
def test_a_small_picture_is_repeated_mirrored(size: tuple[int, int], tmp_path: Path) -> None:
    small = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    folder = pictures(tmp_path, small)
    for canvas in (blank(3, 28, 150), coloured(blank(3, 28, 150))):
        assert PaperPicture(folder).apply(canvas, stream(3)).images.shape == canvas.images.shape
        unchanged = PaperPicture(folder, strength=0.0).apply(canvas, stream(3))
        assert unchanged is canvas


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    canvas = blank(1, 20, 40)
    with pytest.raises(ConfigError, match=r"transform paper-picture: folder .* has no pictures"):
        PaperPicture(str(tmp_path)).apply(canvas, stream(1))
    with pytest.raises(ConfigError, match=r"folder .* cannot be read: No such file"):
        PaperPicture(str(tmp_path / "none")).apply(canvas, stream(1))
    (tmp_path / "bad.png").write_text("no picture")
    with pytest.raises(ConfigError, match=r"bad\.png: not an image in any of BMP, "):
        PaperPicture(str(tmp_path)).apply(canvas, stream(1))
