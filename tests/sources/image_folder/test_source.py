"""Folders of pictures: labels, polarity, heights and colour, real data and made-up pictures."""

from __future__ import annotations

import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnistseq import Config, GlyphBank
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.pipeline.composers import build_composer
from mnistseq.sources.image_folder.source import ImageFolder
from mnistseq.testing import check_source


@pytest.fixture(scope="module")
def archive(shared_data: Path) -> Path:
    return shared_data / "omniglot" / "images_background_small1.zip"


@pytest.fixture(scope="module")
def omniglot(archive: Path) -> GlyphBank:
    return ImageFolder().load("train", str(archive))


def draw(path: Path, *, ground: int = 255, ink: int = 0, size: tuple[int, int] = (12, 10)) -> Path:
    """A picture (width, height) with a bar of ink in its middle."""
    pixels = np.full(size[::-1], ground, dtype=np.uint8)
    pixels[2:-2, size[0] // 2] = ink
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def labels_of(bank: GlyphBank) -> list[str]:
    return [bank.alphabet[code] for code in bank.codes]


def test_omniglot_has_its_labels(omniglot: GlyphBank) -> None:
    assert len(omniglot) == 2720
    assert len(omniglot.alphabet) == 136
    assert set(omniglot.by_label.number.tolist()) == {20}
    assert omniglot.alphabet[0] == "Balinese/character01"
    assert {label.split("/")[0] for label in omniglot.alphabet} == {
        "Balinese",
        "Early_Aramaic",
        "Greek",
        "Korean",
        "Latin",
    }


def test_omniglots_ink_is_ink(omniglot: GlyphBank, archive: Path) -> None:
    assert omniglot.pixels.shape[1:] == (105, 105)
    # Thin strokes on a blank page: inked the wrong way round, nine tenths would be ink.
    assert 0 < np.count_nonzero(omniglot.pixels) / omniglot.pixels.size < 0.1
    with zipfile.ZipFile(archive) as opened:
        name = "images_background_small1/Balinese/character01/0108_01.png"
        with opened.open(name) as stream:
            picture = np.asarray(Image.open(stream).convert("L"))
    np.testing.assert_array_equal(omniglot.pixels[0], 255 - picture)


def test_an_unpacked_archive_draws_as_the_archive_does(
    omniglot: GlyphBank, archive: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    for folder in (tmp_path, tmp_path / "images_background_small1"):
        bank = ImageFolder().load("train", str(folder))
        assert bank.fingerprint == omniglot.fingerprint


def test_a_line_of_omniglot_is_drawn(archive: Path) -> None:
    config = Config(source={"name": "image-folder", "path": str(archive)}, image={"height": 50})
    sample = build_composer(config).compose(["Greek/character03,Latin/character07"], seed=1)[0]
    assert sample.labels == ("Greek/character03", "Latin/character07")
    assert sample.image.shape[0] == 50
    light = np.mean(np.asarray(sample.image) > 0.5)
    assert 0.8 < light < 1  # dark on light, as by default


def test_the_second_reading_comes_from_the_cache(tmp_path: Path) -> None:
    draw(tmp_path / "a" / "1.png")
    first = ImageFolder().load("train", str(tmp_path))
    again = ImageFolder().load("train", str(tmp_path))
    assert isinstance(again.pixels, np.memmap)
    assert first.fingerprint == again.fingerprint
    draw(tmp_path / "a" / "1.png", ink=9)
    os.utime(tmp_path / "a" / "1.png", ns=(1, 1))
    assert ImageFolder().load("train", str(tmp_path)).fingerprint != first.fingerprint


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (0, 255), (240, 30), (10, 250)])
def test_auto_takes_the_border_for_ground(tmp_path: Path, ground: int, ink: int) -> None:
    draw(tmp_path / "a" / "1.png", ground=ground, ink=ink)
    pixels = ImageFolder().load("train", str(tmp_path)).pixels[0]
    assert pixels[5, 6] == max(ink, 255 - ink)
    assert pixels[0, 0] == min(ground, 255 - ground)


def test_auto_decides_for_all_pictures_together(tmp_path: Path) -> None:
    for number in range(3):
        draw(tmp_path / "a" / f"{number}.png")
    draw(tmp_path / "b" / "0.png", ground=0, ink=255)
    pixels = ImageFolder().load("train", str(tmp_path)).pixels
    assert pixels[:, 0, 0].tolist() == [0, 0, 0, 255]


def test_polarity_can_be_given(tmp_path: Path) -> None:
    draw(tmp_path / "a" / "1.png")
    for polarity, corner in (("dark-on-light", 0), ("light-on-dark", 255)):
        source = ImageFolder(polarity=polarity)  # type: ignore[arg-type]  # one of its values
        assert source.load("train", str(tmp_path)).pixels[0, 0, 0] == corner


def test_heights_become_one_and_widths_stay_natural(tmp_path: Path) -> None:
    for name, size in (("a/1", (12, 10)), ("a/2", (7, 10)), ("b/1", (40, 20)), ("c/1", (3, 5))):
        draw(tmp_path / f"{name}.png", size=size)
    bank = ImageFolder().load("train", str(tmp_path))
    assert bank.height == 10
    assert bank.widths.tolist() == [12, 7, 20, 6]
    assert not bank.pixels[1, :, 7:].any()  # ground beside a narrow glyph
    assert bank.ink[1].tolist() == [3, 2, 4, 8]
    assert ImageFolder(height=20).load("train", str(tmp_path)).widths.tolist() == [24, 14, 40, 12]


def test_colours_are_kept_or_turned_grey(tmp_path: Path) -> None:
    red = np.full((6, 8, 3), 255, dtype=np.uint8)
    red[2:4, 2:6] = (200, 0, 0)
    (tmp_path / "red").mkdir()
    Image.fromarray(red).save(tmp_path / "red" / "1.png")
    bank = ImageFolder(colour="rgb").load("train", str(tmp_path))
    assert bank.pixels.shape == (1, 6, 8, 3)
    assert bank.pixels[0, 2, 2].tolist() == [55, 255, 255]
    sample = build_composer(bank=bank).compose(["red,red"], seed=3)[0]
    assert sample.image.shape[2] == 3
    np.testing.assert_array_equal(ImageFolder().load("train", str(tmp_path)).pixels, bank.pixels)
    assert ImageFolder(colour="grey").load("train", str(tmp_path)).pixels.shape == (1, 6, 8)


def test_files_that_could_hold_colours_and_have_none_are_grey(tmp_path: Path) -> None:
    light = np.zeros((6, 8, 3), dtype=np.uint8)
    light[2:4, 2:6] = 200
    (tmp_path / "a").mkdir()
    Image.fromarray(light).save(tmp_path / "a" / "1.png")
    pixels = ImageFolder().load("train", str(tmp_path)).pixels
    np.testing.assert_array_equal(pixels[0], light[..., 0])
    asked = ImageFolder(colour="rgb").load("train", str(tmp_path)).pixels
    np.testing.assert_array_equal(asked[0], light)


def test_pictures_with_colours_come_out_as_they_are(tmp_path: Path) -> None:
    night = np.full((6, 8, 3), (0, 0, 30), dtype=np.uint8)
    (tmp_path / "a").mkdir()
    Image.fromarray(night).save(tmp_path / "a" / "1.png")
    source = {"name": "image-folder", "path": str(tmp_path)}
    config = Config(source=source, spacing={"min": 0, "max": 0})
    image = build_composer(config).compose(["a,a"], seed=1)[0].image
    np.testing.assert_array_equal(image, np.hstack([night, night]))


def test_the_colours_of_a_palette_are_colours(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    red = Image.new("RGB", (8, 6), (250, 0, 0)).quantize(4)
    assert red.mode == "P"
    for ending in ("png", "gif", "bmp", "tif"):
        red.save(tmp_path / "a" / f"1.{ending}")
    pixels = ImageFolder().load("train", str(tmp_path)).pixels
    assert pixels.shape == (4, 6, 8, 3)
    assert np.abs(pixels.astype(int) - (5, 255, 255)).max() <= 1


def test_transparent_pictures_are_put_on_the_ground(tmp_path: Path) -> None:
    clear = np.zeros((6, 8, 4), dtype=np.uint8)  # transparent black
    clear[2:4, 2:6] = (0, 0, 0, 255)
    (tmp_path / "a").mkdir()
    Image.fromarray(clear).save(tmp_path / "a" / "1.png")
    pixels = ImageFolder().load("train", str(tmp_path)).pixels[0]
    assert pixels[0, 0] == 0
    assert pixels[2, 2] == 255


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    deep = np.full((6, 8), 60_000, dtype=np.uint16)
    deep[2:4, 2:6] = 1_000
    (tmp_path / "a").mkdir()
    Image.fromarray(deep).save(tmp_path / "a" / "1.png")
    pixels = ImageFolder(polarity="light-on-dark").load("train", str(tmp_path)).pixels[0]
    assert pixels[0, 0] == 60_000 >> 8
    assert pixels[2, 2] == 1_000 >> 8


def test_pictures_that_a_camera_turned_are_turned_back(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    image = Image.fromarray(np.full((6, 9), 255, dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a" / "1.jpg", exif=exif)
    assert ImageFolder().load("train", str(tmp_path)).pixels.shape == (1, 9, 6)


def test_turned_pictures_count_with_the_height_they_are_shown_at(tmp_path: Path) -> None:
    """Whether EXIF data precedes the pixels or, as in some PNGs, follows them."""
    (tmp_path / "a").mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.fromarray(np.full((12, 60), 255, dtype=np.uint8))
    for ending in ("png", "jpg", "webp", "tif"):
        wide.save(tmp_path / "a" / f"1.{ending}", exif=exif)
    late = _exif_last((tmp_path / "a" / "1.png").read_bytes())
    (tmp_path / "a" / "2.png").write_bytes(late)
    bank = ImageFolder(height=30, polarity="light-on-dark").load("train", str(tmp_path))
    assert bank.widths.tolist() == [6] * 5
    (tmp_path / "a" / "2.png").unlink()
    assert ImageFolder().load("train", str(tmp_path)).pixels.shape == (4, 60, 12)


def _exif_last(png: bytes) -> bytes:
    """The same PNG with its chunk eXIf moved behind the pixels."""
    at = png.index(b"eXIf") - 4
    length = int.from_bytes(png[at : at + 4], "big") + 12
    chunk, rest = png[at : at + length], png[:at] + png[at + length :]
    end = rest.index(b"IEND") - 4
    return rest[:end] + chunk + rest[end:]


def test_scaling_a_large_jpeg_is_close_to_scaling_all_of_it(tmp_path: Path) -> None:
    """A large one is decoded at a fraction of its size."""
    y, x = np.mgrid[:900, :1200]
    waves = np.stack([127 + 120 * np.sin(x / 60), 127 + 120 * np.cos(y / 45), x / 5], axis=2)
    picture = Image.fromarray(waves.astype(np.uint8))
    for label, ending in (("a", "jpg"), ("b", "png")):
        (tmp_path / label).mkdir()
        picture.save(tmp_path / label / f"1.{ending}", quality=95)
    bank = ImageFolder(height=60).load("train", str(tmp_path))
    assert bank.widths.tolist() == [80, 80]
    assert np.abs(bank.pixels[0].astype(int) - bank.pixels[1]).mean() < 3
    grey = ImageFolder(height=60, colour="grey").load("train", str(tmp_path)).pixels.astype(int)
    assert np.abs(grey[0] - grey[1]).mean() < 3


def test_splits_are_folders(tmp_path: Path) -> None:
    draw(tmp_path / "train" / "a" / "1.png")
    draw(tmp_path / "test" / "b" / "1.png")
    assert ImageFolder().load("train", str(tmp_path)).alphabet == ("a",)
    assert ImageFolder().load("test", str(tmp_path)).alphabet == ("b",)
    with pytest.raises(SourceError, match="has no split 'val'; it has test, train"):
        ImageFolder().load("val", str(tmp_path))


@pytest.mark.parametrize("wrapper", ["", "mnist_png"])
@pytest.mark.parametrize(
    "names",
    [
        ("training", "testing", "validation"),
        ("Train", "TEST", "Valid"),
        ("TRAINING", "Test", "val"),
    ],
)
def test_folders_of_splits_have_several_names(
    tmp_path: Path, names: tuple[str, ...], wrapper: str
) -> None:
    for name, label in zip(names, "abc", strict=True):
        draw(tmp_path / wrapper / name / label / "1.png")
    source, path = ImageFolder(), str(tmp_path)
    assert source.splits(path) == ("test", "train", "val")
    for spellings, label in (
        (("train", "training", "Training"), "a"),
        (("test", "testing", "TEST"), "b"),
        (("val", "valid", "Validation"), "c"),
    ):
        for split in spellings:
            assert source.load(split, path).alphabet == (label,)


def test_two_folders_of_one_split_are_refused(tmp_path: Path) -> None:
    for name in ("train", "Training", "test"):
        draw(tmp_path / name / "a" / "1.png")
    with pytest.raises(SourceError, match="Training and train are both the split train; merge"):
        ImageFolder().load("train", str(tmp_path))


def test_a_split_beside_other_folders_is_a_label_and_a_warning(tmp_path: Path) -> None:
    for name in ("train", "test", "extra"):
        draw(tmp_path / "others" / name / "a" / "1.png")
    for name in ("train/a/1.png", "test/1.png"):
        draw(tmp_path / "flat" / name)
    with pytest.warns(
        UserWarning, match=r"test, train became part of the labels: .* and extra is not"
    ):
        bank = ImageFolder().load("train", str(tmp_path / "others"))
    assert bank.alphabet == ("extra/a", "test/a", "train/a")
    with pytest.warns(UserWarning, match=r"train became part of the labels: .* and test is not"):
        bank = ImageFolder().load("train", str(tmp_path / "flat"))
    assert bank.alphabet == ("test", "train/a")
    assert ImageFolder().splits(str(tmp_path / "flat")) == ("train",)


def test_a_split_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    for name in ("images_background", "images_evaluation"):
        draw(tmp_path / name / name[-3:] / "1.png")
    assert ImageFolder().load("images_background", str(tmp_path)).alphabet == ("und",)
    assert len(ImageFolder().load("train", str(tmp_path)).alphabet) == 2


def test_without_folders_for_splits_all_pictures_are_in_train(tmp_path: Path) -> None:
    for label in ("train", "bus", "car"):  # a label may have a split's name
        draw(tmp_path / label / "1.png")
    assert ImageFolder().load("train", str(tmp_path)).alphabet == ("bus", "car", "train")
    with pytest.raises(SourceError, match="has no folder 'test'"):
        ImageFolder().load("test", str(tmp_path))


def test_labels_may_have_capitals_spaces_and_any_script(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Käfer")
    for label in ("Big Cat", "big cat", decomposed, "猫"):
        draw(tmp_path / label / "1.png")
    bank = ImageFolder().load("train", str(tmp_path))
    assert bank.alphabet == ("Big Cat", "Käfer", "big cat", "猫")
    assert labels_of(bank) == ["Big Cat", "Käfer", "big cat", "猫"]


def test_links_hidden_files_and_other_files_are_ignored(tmp_path: Path) -> None:
    root = tmp_path / "set"
    picture = draw(root / "a" / "1.png")
    draw(root / "a" / ".2.png")
    draw(root / "__MACOSX" / "a" / "._1.png")
    (root / "a" / "notes.txt").write_text("no picture")
    (root / "readme.md").write_text("no picture")
    (root / "b").symlink_to(root / "a")
    (root / "round").symlink_to(root)
    (root / "a" / "3.png").symlink_to(picture)
    bank = ImageFolder().load("train", str(root))
    assert (len(bank), bank.alphabet) == (1, ("a",))


def test_a_folder_of_links_alone_is_an_error_that_mentions_them(tmp_path: Path) -> None:
    (tmp_path / "set" / "a").mkdir(parents=True)
    (tmp_path / "set" / "a" / "1.png").symlink_to(draw(tmp_path / "1.png"))
    with pytest.raises(SourceError, match=r"contains no pictures .*1 link not followed"):
        ImageFolder().load("train", str(tmp_path / "set"))


def test_a_picture_beside_the_folders_of_labels_is_skipped_with_a_warning(tmp_path: Path) -> None:
    for root in (tmp_path / "bare", tmp_path / "wrapped" / "around"):
        draw(root / "039" / "1.png")
        draw(root / "007" / "1.png")
        draw(root / "stray.png")
    for root in (tmp_path / "bare", tmp_path / "wrapped"):
        with pytest.warns(UserWarning, match=r"skipped 1 picture outside the folders .*stray\.png"):
            bank = ImageFolder().load("train", str(root))
        assert bank.alphabet == ("007", "039")
        assert len(bank) == 2


def test_a_picture_beside_the_folders_of_splits_is_skipped_with_a_warning(tmp_path: Path) -> None:
    for name in ("train/a/1.png", "test/b/1.png", "train/stray.png", "other.png"):
        draw(tmp_path / name)
    with pytest.warns(
        UserWarning, match=r"skipped 2 pictures outside .*: other\.png, train/stray\.png"
    ):
        assert ImageFolder().load("train", str(tmp_path)).alphabet == ("a",)


def test_pictures_without_any_folder_have_no_labels(tmp_path: Path) -> None:
    draw(tmp_path / "2.png")
    with pytest.raises(
        SourceError, match=r"2\.png: is not in a folder that would be its label; mo"
    ):
        ImageFolder().load("train", str(tmp_path))


def test_a_path_is_needed() -> None:
    with pytest.raises(ArgumentError, match=r"needs source\.path"):
        ImageFolder().load("train", None)


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        ImageFolder().load("train", str(tmp_path / "nowhere"))


def test_a_file_that_is_not_an_archive_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_text("not a zip")
    with pytest.raises(SourceError, match="neither a folder nor a zip archive"):
        ImageFolder().load("train", str(tmp_path / "set.zip"))


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder that this process may not look into; root steps down for it."""
    outer = Path(tempfile.mkdtemp())
    inner = outer / "set"
    draw(inner / "a" / "1.png")
    outer.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65_534)
    yield inner
    os.seteuid(was)
    outer.chmod(0o755)
    (inner / "a" / "1.png").unlink()
    for folder in (inner / "a", inner, outer):
        folder.rmdir()


def test_a_folder_that_may_not_be_read_is_an_error(locked: Path) -> None:
    with pytest.raises(SourceError, match=r"Permission denied|no such file or folder"):
        ImageFolder().load("train", str(locked))


def test_grey_and_palette_and_one_bit_pictures_agree(tmp_path: Path) -> None:
    grey: NDArray[Any] = np.full((6, 8), 255, dtype=np.uint8)
    grey[2:4, 2:6] = 0
    for label, mode in (("a", "L"), ("b", "P"), ("c", "1"), ("d", "RGB"), ("e", "CMYK")):
        (tmp_path / label).mkdir()
        end = "tif" if mode == "CMYK" else "png"
        Image.fromarray(grey).convert(mode).save(tmp_path / label / f"1.{end}")
    pixels = ImageFolder().load("train", str(tmp_path)).pixels
    np.testing.assert_array_equal(pixels, np.stack([255 - grey] * 5))


def test_it_keeps_the_contract_of_sources(archive: Path) -> None:
    check_source(ImageFolder(), "train", str(archive))
