"""Colour pictures of many sizes, from files to finished images and their boxes."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.cli.conftest import Call, Process

Array = NDArray[np.uint8]

SIZES = {"cat": [(30, 24), (12, 24)], "dog": [(41, 24), (24, 24)], "Größe 猫": [(7, 24)]}
"""Width and height of each picture."""


def smooth(width: int, height: int, seed: int) -> Array:
    """A picture with colours, without white, that JPEG changes little."""
    draw = np.random.default_rng(seed)
    coarse = Image.fromarray(draw.integers(0, 200, (3, 3, 3)).astype(np.uint8))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)).clip(0, 250)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("animals")
    for label, sizes in SIZES.items():
        for number, (width, height) in enumerate(sizes):
            path = root / "train" / label / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(smooth(width, height, 10 * width + number)).save(path)
    return root


@pytest.fixture(scope="module")
def glyphs(pictures: Path) -> list[Array]:
    """The pictures by their glyph ids."""
    return [np.asarray(Image.open(path)) for path in sorted(pictures.rglob("*.png"))]


@pytest.fixture
def source(pictures: Path) -> list[str]:
    return ["--source", "image-folder", "--data-dir", str(pictures)]


def generated(folder: Path) -> Iterator[tuple[Array, dict[str, Any]]]:
    """Generated images, each with the record of its label file."""
    paths = [path for path in sorted(folder.iterdir()) if path.suffix == ".json"]
    assert paths
    for path in paths:
        (image,) = (file for file in folder.glob(f"{path.stem}.*") if file != path)
        yield np.asarray(Image.open(image)), json.loads(path.read_text("utf-8"))


def check(image: Array, boxes: list[list[int]], ids: list[int], glyphs: list[Array]) -> None:
    """Each box holds its picture, and the rest is paper."""
    assert image.ndim == 3
    assert image.shape[2] == 3
    rest = image.copy()
    for (x0, y0, x1, y1), glyph in zip(boxes, ids, strict=True):
        np.testing.assert_array_equal(image[y0:y1, x0:x1], glyphs[glyph])
        rest[y0:y1, x0:x1] = 255
    assert (rest == 255).all()


def test_pictures_are_drawn_in_their_boxes(
    call: Call, folder: Path, source: list[str], glyphs: list[Array]
) -> None:
    command = [
        "generate",
        "cat,dog,Größe 猫,cat",
        *source,
        "--max",
        "9",
        "--metadata",
        "--seed",
        "4",
    ]
    done = call(*command, "-n", "12", "-o", ".")
    assert done.code == 0, done.err
    widths = set()
    for image, record in generated(folder):
        assert record["labels"] == ["cat", "dog", "Größe 猫", "cat"]
        check(image, record["boxes"], record["glyph_ids"], glyphs)
        gaps = [after[0] - box[2] for box, after in pairwise(record["boxes"])]
        assert all(0 <= gap <= 9 for gap in gaps)
        assert record["boxes"][0][0] == 0
        assert record["boxes"][-1][2] == record["width"] == image.shape[1]
        widths.add(tuple(box[2] - box[0] for box in record["boxes"]))
    assert len(widths) > 3  # several pictures of a label, each as wide as it is


def test_light_on_dark_is_the_negative(call: Call, folder: Path, source: list[str]) -> None:
    for name, polarity in (("a.png", "dark-on-light"), ("b.png", "light-on-dark")):
        code = call(
            "generate", "cat,dog", *source, "--seed", "1", "--polarity", polarity, "-o", name
        ).code
        assert code == 0
    light, dark = (np.asarray(Image.open(folder / name)) for name in ("a.png", "b.png"))
    np.testing.assert_array_equal(dark, 255 - light)


def test_photographs_can_be_drawn_on_black(
    call: Call, folder: Path, source: list[str], glyphs: list[Array]
) -> None:
    setting = ["--set", "source.parameters.polarity=light-on-dark", "--polarity", "light-on-dark"]
    done = call(
        "generate", "cat,dog", *source, *setting, "--seed", "1", "--metadata", "-o", "a.png"
    )
    assert done.code == 0, done.err
    ((image, record),) = generated(folder)
    for (x0, _, x1, _), glyph in zip(record["boxes"], record["glyph_ids"], strict=True):
        np.testing.assert_array_equal(image[:, x0:x1], glyphs[glyph])
    assert not image[:, record["boxes"][0][2] : record["boxes"][1][0]].any()


@pytest.mark.parametrize("ending", ["jpg", "jpeg"])
def test_jpeg_keeps_the_pictures_nearly(
    call: Call, folder: Path, source: list[str], glyphs: list[Array], ending: str
) -> None:
    done = call(
        "generate", "cat,dog,cat", *source, "--seed", "2", "--metadata", "-o", f"a.{ending}"
    )
    assert done.code == 0, done.err
    with Image.open(folder / f"a.{ending}") as opened:
        assert opened.format == "JPEG"
    ((image, record),) = generated(folder)
    for (x0, _, x1, _), glyph in zip(record["boxes"], record["glyph_ids"], strict=True):
        inner = image[:, x0:x1].astype(int) - glyphs[glyph]
        assert np.abs(inner[2:-2, 2:-2]).mean() < 8


def test_another_height_scales_widths_with_it(
    call: Call, folder: Path, source: list[str], glyphs: list[Array]
) -> None:
    done = call(
        "generate", "cat,dog,cat", *source, "--height", "48", "--seed", "3", "--metadata", "-o", "."
    )
    assert done.code == 0, done.err
    ((image, record),) = generated(folder)
    assert image.shape[0] == 48
    for (x0, y0, x1, y1), glyph in zip(record["boxes"], record["glyph_ids"], strict=True):
        assert (y0, y1) == (0, 48)
        assert abs((x1 - x0) - 2 * glyphs[glyph].shape[1]) <= 1
        half = np.asarray(Image.fromarray(image[:, x0:x1]).resize(glyphs[glyph].shape[1::-1]))
        assert np.abs(half[2:-2, 2:-2].astype(int) - glyphs[glyph][2:-2, 2:-2]).mean() < 6


def test_resize_scales_the_pictures_to_a_width(
    call: Call, folder: Path, source: list[str], glyphs: list[Array]
) -> None:
    done = call(
        *("generate", "cat,dog,cat", *source, "--width", "300", "--fit", "resize"),
        *("--seed", "3", "--metadata", "-o", "."),
    )
    assert done.code == 0, done.err
    ((image, record),) = generated(folder)
    assert image.shape == (24, 300, 3)
    for (x0, _, x1, _), glyph in zip(record["boxes"], record["glyph_ids"], strict=True):
        part = Image.fromarray(image[:, x0:x1]).resize(glyphs[glyph].shape[1::-1])
        assert (
            np.abs(np.asarray(part)[2:-2, 2:-2].astype(int) - glyphs[glyph][2:-2, 2:-2]).mean() < 9
        )


@pytest.mark.parametrize("fit", ["pad", "exact"])
def test_a_width_is_kept(
    call: Call, folder: Path, source: list[str], glyphs: list[Array], fit: str
) -> None:
    width = {"pad": "200", "exact": "130"}[fit]
    command = ["generate", "cat,dog,cat", *source, "--width", width, "--fit", fit, "--max", "40"]
    done = call(*command, "--seed", "3", "--metadata", "-n", "5", "-o", ".")
    assert done.code == 0, done.err
    for image, record in generated(folder):
        assert image.shape == (24, int(width), 3)
        check(image, record["boxes"], record["glyph_ids"], glyphs)
        if fit == "exact":
            assert (record["boxes"][0][0], record["boxes"][-1][2]) == (0, 130)


def test_overlapping_pictures_keep_the_stronger_ink(
    call: Call, folder: Path, source: list[str], glyphs: list[Array]
) -> None:
    done = call(
        *("generate", "dog,cat,dog", *source, "--min", "-5", "--max", "-5"),
        *("--seed", "3", "--metadata", "-o", "a.png"),
    )
    assert done.code == 0, done.err
    ((image, record),) = generated(folder)
    wanted = np.full_like(image, 255)
    for (x0, _, x1, _), glyph in zip(record["boxes"], record["glyph_ids"], strict=True):
        wanted[:, x0:x1] = np.minimum(wanted[:, x0:x1], glyphs[glyph])
    np.testing.assert_array_equal(image, wanted)


def test_ink_crop_cuts_white_margins(call: Call, folder: Path, tmp_path: Path) -> None:
    sheet = np.full((20, 40, 3), 255, dtype=np.uint8)
    sheet[4:15, 9:31] = (250, 20, 60)
    (tmp_path / "set" / "red").mkdir(parents=True)
    Image.fromarray(sheet).save(tmp_path / "set" / "red" / "1.png")
    done = call(
        *("generate", "red,red", "--source", "image-folder", "--data-dir", tmp_path / "set"),
        *("--crop", "ink", "--min", "3", "--max", "3", "--seed", "1", "--metadata", "-o", "a.png"),
    )
    assert done.code == 0, done.err
    ((image, record),) = generated(folder)
    assert record["boxes"] == [[0, 0, 22, 20], [25, 0, 47, 20]]
    assert record["ink_boxes"] == [[0, 4, 22, 15], [25, 4, 47, 15]]
    assert (image[4:15, :22] == (250, 20, 60)).all()
    assert (image[:, 22:25] == 255).all()


def stored(root: Path, dataset_format: str) -> Iterator[tuple[Array, dict[str, Any]]]:
    """The samples of a data set."""
    if dataset_format == "files":
        for lines in sorted(root.rglob("metadata.jsonl")):
            for line in lines.read_text("utf-8").splitlines():
                record = json.loads(line)
                yield np.asarray(Image.open(lines.parent / record["file_name"])), record
        return
    for path in sorted(root.rglob("*.tar")):
        with tarfile.open(path) as archive:
            for name in archive.getnames():
                if name.endswith(".json"):
                    image = archive.extractfile(name.replace(".json", ".png"))
                    record = archive.extractfile(name)
                    assert image is not None
                    assert record is not None
                    yield (
                        np.asarray(Image.open(io.BytesIO(image.read()))),
                        json.loads(record.read()),
                    )


@pytest.mark.parametrize("dataset_format", ["files", "webdataset"])
def test_a_data_set_holds_the_pictures(
    call: Call, folder: Path, source: list[str], glyphs: list[Array], dataset_format: str
) -> None:
    command = ["batch", "--count", "60", "--length", "2-5", *source, "--format", dataset_format]
    done = call(*command, "--seed", "1", "-j", "1", "-o", "set")
    assert done.code == 0, done.err
    samples = list(stored(folder / "set", dataset_format))
    assert len(samples) == 60
    used = set()
    for image, record in samples:
        boxes = [[x, y, x + w, y + h] for x, y, w, h in record["objects"]["bbox"]]
        check(image, boxes, record["glyph_ids"], glyphs)
        assert record["width"] == image.shape[1]
        assert record["text"].split(",") == record["objects"]["categories"]
        used.update(record["glyph_ids"])
    assert used == {0, 1, 2, 3, 4}
    again = call("verify", "set", "--redraw", "1", *source[2:])
    assert again.code == 0, again.err


def test_worker_processes_draw_pictures_of_many_heights(
    process: Process, folder: Path, tmp_path: Path
) -> None:
    for number, size in enumerate([(50, 40), (300, 90), (16, 64), (40, 40), (33, 20)]):
        path = tmp_path / "set" / ["cat", "dog"][number % 2] / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(smooth(*size, number)).save(path, quality=95)
    done = process(
        *("batch", "--count", "30", "--source", "image-folder", "--data-dir", tmp_path / "set"),
        *("--seed", "1", "-j", "2", "--shard-size", "10", "-o", "out"),
    )
    assert done.returncode == 0, done.stderr
    widths = [50, 10, 66, 133, 40]  # of cat/0, cat/2, cat/4, dog/1, dog/3 at a height of 40
    for image, record in stored(folder / "out", "files"):
        assert image.shape[0] == 40
        for (x, _, width, _), glyph in zip(
            record["objects"]["bbox"], record["glyph_ids"], strict=True
        ):
            assert width == widths[glyph]
            assert x + width <= image.shape[1]


def test_broken_pictures_are_an_error_or_a_warning(
    process: Process, folder: Path, pictures: Path, tmp_path: Path
) -> None:
    root = tmp_path / "set"
    (root / "cat").mkdir(parents=True)
    content = (pictures / "train" / "cat" / "0.png").read_bytes()
    (root / "cat" / "0.png").write_bytes(content)
    (root / "cat" / "1.png").write_bytes(content[:200])
    command = ("generate", "cat,cat", "--source", "image-folder", "--data-dir", root, "--seed", "1")
    done = process(*command)
    assert done.returncode == 1
    error = done.stderr.decode()
    assert "1 of 2 pictures cannot be used:\n  cat/1.png: damaged: " in error
    assert "Traceback" not in error
    done = process(*command, "--set", "source.parameters.broken=skip")
    assert done.returncode == 0
    assert done.stderr.decode().startswith(f"Warning: {root}: 1 of 2 pictures cannot be used:\n")
    assert done.stderr.decode().endswith("They are left out.\n")
    done = process(*command, "--set", "source.parameters.broken=skip", "-q")
    assert (done.returncode, done.stderr) == (0, b"")
    batch = ("batch", "--count", "9", *command[2:], "-j", "2", "--shard-size", "3", "-o", "out")
    done = process(*batch, "--set", "source.parameters.broken=skip")
    assert done.returncode == 0
    assert done.stderr.decode().count("Warning:") == 1  # workers do not repeat it
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert [line.split(":")[0] for line in manifest["source"]["left_out"]] == ["cat/1.png"]


def test_a_file_of_classes_names_synsets(call: Call, folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "imagenet"
    for synset in ("n02123045", "n02084071"):
        (root / "train" / synset).mkdir(parents=True)
        Image.fromarray(smooth(30, 20, 1)).save(root / "train" / synset / f"{synset}_1.JPEG")
    (root / "LOC_synset_mapping.txt").write_text("n02123045 tabby, tabby cat\nn02084071 dog\n")
    done = call(
        *("generate", "tabby,dog", "--source", "image-folder", "--data-dir", root),
        *("--set", "source.parameters.classes=LOC_synset_mapping.txt", "-o", "a.png"),
    )
    assert done.code == 0, done.err
    assert np.asarray(Image.open(folder / "a.png")).shape[0] == 20
