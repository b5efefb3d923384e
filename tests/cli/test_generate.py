"""``mnistseq generate``: the images that it draws, and their files."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnistseq import Config, build_composer

Call = Callable[..., Any]


def pixels(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    with Image.open(path) as image:
        assert image.mode == "L"
        return np.array(image)


def test_one_command_draws_one_image(process: Call, folder: Path) -> None:
    done = process("generate", "3,5,0", "--min", 0, "--max", 20, "--width", 390, "--seed", 7)
    assert done.returncode == 0
    assert done.stdout == b"seq_350.png\n"
    assert done.stderr == b""
    assert [path.name for path in folder.iterdir()] == ["seq_350.png"]
    config = Config(spacing={"min": 0, "max": 20}, image={"width": 390})
    expected = build_composer(config).compose(["350"], seed=7).images[0]
    np.testing.assert_array_equal(pixels(folder / "seq_350.png"), expected)


def test_commas_and_characters_draw_the_same(call: Call, folder: Path) -> None:
    call("generate", "3,5,0", "--seed", 1)
    call("generate", "350", "--seed", 1)
    call("generate", "3, 5, 0", "--seed", 1)
    first = (folder / "seq_350.png").read_bytes()
    assert (folder / "seq_350_1.png").read_bytes() == first
    assert (folder / "seq_350_2.png").read_bytes() == first


def test_the_next_free_name_is_used_and_force_overwrites(call: Call, folder: Path) -> None:
    assert call("generate", "350", "--seed", 1).out == "seq_350.png\n"
    first = (folder / "seq_350.png").read_bytes()
    assert call("generate", "350", "--seed", 2).out == "seq_350_1.png\n"
    assert (folder / "seq_350.png").read_bytes() == first
    assert call("generate", "350", "--seed", 2, "--force").out == "seq_350.png\n"
    assert (folder / "seq_350.png").read_bytes() == (folder / "seq_350_1.png").read_bytes()
    assert len(list(folder.iterdir())) == 2


def test_a_name_that_was_given_is_overwritten_only_with_force(call: Call, folder: Path) -> None:
    assert call("generate", "350", "--seed", 1, "-o", "z.png").out == "z.png\n"
    first = (folder / "z.png").read_bytes()
    done = call("generate", "350", "--seed", 2, "-o", "z.png")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "Error: z.png already exists\nOverwrite it with --force, or choose another name.\n"
    )
    assert (folder / "z.png").read_bytes() == first
    assert call("generate", "350", "--seed", 2, "-o", "z.png", "--force").out == "z.png\n"
    assert (folder / "z.png").read_bytes() != first
    assert [path.name for path in folder.iterdir()] == ["z.png"]


def test_metadata_beside_a_name_that_was_given_is_not_overwritten(call: Call, folder: Path) -> None:
    (folder / "z.json").write_text("mine")
    done = call("generate", "350", "-o", "z.png", "--metadata")
    assert (done.code, done.err.splitlines()[0]) == (2, "Error: z.json already exists")
    assert [path.name for path in folder.iterdir()] == ["z.json"]
    assert call("generate", "350", "-q", "-o", "z.png").code == 0


def test_a_folder_that_does_not_exist_is_created_if_its_name_ends_in_a_slash(
    call: Call, folder: Path
) -> None:
    done = call("generate", "350", "-n", 2, "--seed", 1, "-o", "new/images/")
    assert done.out.split() == ["new/images/seq_350.png", "new/images/seq_350_1.png"]
    assert call("generate", "35x", "-o", "other/").code == 2
    assert not (folder / "other").exists(), "it was created although nothing was drawn"
    (folder / "file").write_text("mine")
    done = call("generate", "350", "-o", "file/inside/")
    assert done.code == 2
    assert "Error: cannot create folder file/inside: a file has its name, or that of " in done.err


def test_each_of_several_images_has_a_name_of_its_own(call: Call, folder: Path) -> None:
    done = call("generate", "350", "-n", 3, "--seed", 5)
    assert done.out.split() == ["seq_350.png", "seq_350_1.png", "seq_350_2.png"]
    samples = build_composer().compose(["350"] * 3, seed=5)
    for name, sample in zip(done.out.split(), samples, strict=True):
        np.testing.assert_array_equal(pixels(folder / name), sample.image)


def test_force_overwrites_no_image_of_the_same_call(call: Call, folder: Path) -> None:
    call("generate", "350", "-n", 2, "--seed", 5)
    done = call("generate", "350", "-n", 3, "--seed", 6, "--force")
    assert done.out.split() == ["seq_350.png", "seq_350_1.png", "seq_350_2.png"]
    samples = build_composer().compose(["350"] * 3, seed=6)
    for name, sample in zip(done.out.split(), samples, strict=True):
        np.testing.assert_array_equal(pixels(folder / name), sample.image)


def test_a_name_is_free_only_if_that_of_its_labels_is(call: Call, folder: Path) -> None:
    (folder / "seq_350.json").write_text("mine")
    done = call("generate", "350", "--metadata", "--seed", 1)
    assert done.out == "seq_350_1.png\n"
    assert (folder / "seq_350.json").read_text() == "mine"
    assert sorted(path.name for path in folder.iterdir()) == [
        "seq_350.json",
        "seq_350_1.json",
        "seq_350_1.png",
    ]


def test_output_is_a_file_a_folder_or_standard_output(
    call: Call, process: Call, folder: Path, tmp_path: Path
) -> None:
    call("generate", "350", "--seed", 1)
    first = (folder / "seq_350.png").read_bytes()
    file = tmp_path / "other.PNG"
    assert call("generate", "350", "--seed", 1, "-o", file).out == f"{file}\n"
    assert file.read_bytes() == first
    assert call("generate", "350", "--seed", 1, "-o", tmp_path).out == f"{tmp_path}/seq_350.png\n"
    assert (tmp_path / "seq_350.png").read_bytes() == first
    done = process("generate", "350", "--seed", 1, "-o", "-")
    assert done.stdout == first
    assert done.returncode == 0
    assert [path.name for path in folder.iterdir()] == ["seq_350.png"]


def test_an_image_on_standard_output_has_its_seed_on_standard_error(process: Call) -> None:
    done = process("generate", "350", "-o", "-", "--image-format", "jpg", "--width", 200)
    with Image.open(io.BytesIO(done.stdout)) as image:
        assert (image.format, image.size) == ("JPEG", (200, 28))
    assert re.fullmatch(rb"seed \d+: --seed \d+ draws the same again\n", done.stderr)


def test_a_new_seed_is_printed_and_draws_the_same(call: Call, folder: Path) -> None:
    done = call("generate", "350", "--width", 390)
    found = re.fullmatch(r"seed (\d+): --seed (\d+) draws the same again\n", done.err)
    assert found is not None
    assert found[1] == found[2]
    again = call("generate", "350", "--width", 390, "--seed", found[1])
    assert again.err == ""
    assert (folder / "seq_350_1.png").read_bytes() == (folder / "seq_350.png").read_bytes()
    other = call("generate", "350", "--width", 390)
    assert other.err != done.err


def test_quiet_prints_nothing_to_standard_error(call: Call) -> None:
    done = call("generate", "350", "-q")
    assert (done.out, done.err) == ("seq_350.png\n", "")


def test_verbose_prints_what_was_drawn(call: Call) -> None:
    done = call("generate", "350", "-v", "--seed", 4, "--width", 390)
    sample = build_composer().compose(["350"], seed=4)[0]
    ids = ", ".join(map(str, sample.glyph_ids.tolist()))
    assert done.err == f"350: index 0, 390 x 28 px, glyphs {ids}\n"
    assert done.out == "seq_350.png\n"


def test_the_image_format_comes_from_option_name_or_config(call: Call, folder: Path) -> None:
    (folder / "c.json").write_text('{"output_format": "jpeg"}')
    assert call("generate", "350", "-q", "--image-format", "jpg").out == "seq_350.jpg\n"
    assert call("generate", "350", "-q", "-o", "a.jpg").out == "a.jpg\n"
    assert call("generate", "350", "-q", "-c", "c.json").out == "seq_350.jpeg\n"
    assert call("generate", "350", "-q", "-o", "b.jpeg", "--image-format", "jpg").out == "b.jpeg\n"
    # The name of the output overrides the format of a config file.
    assert call("generate", "350", "-q", "-c", "c.json", "-o", "c.png").out == "c.png\n"
    kinds = {}
    for path in folder.iterdir():
        if path.suffix != ".json":
            with Image.open(path) as image:
                kinds[path.name] = image.format
    assert kinds == {
        "seq_350.jpg": "JPEG",
        "a.jpg": "JPEG",
        "seq_350.jpeg": "JPEG",
        "b.jpeg": "JPEG",
        "c.png": "PNG",
    }


def test_a_jpeg_has_the_exact_width_and_the_quality(call: Call, folder: Path) -> None:
    for quality in (5, 100):
        call("generate", "350", "--seed", 1, "--width", 391, "-o", f"{quality}.jpg",
             "--quality", quality)  # fmt: skip
    call("generate", "350", "--seed", 1, "--width", 391, "-o", "exact.png")
    with Image.open(folder / "100.jpg") as image:
        assert image.size == (391, 28)
        near = np.asarray(image).astype(int)
    assert (folder / "5.jpg").stat().st_size * 3 < (folder / "100.jpg").stat().st_size
    assert np.abs(near - pixels(folder / "exact.png")).max() <= 8


def test_labels_describe_an_image_and_draw_it_again(call: Call, folder: Path) -> None:
    options = ("--crop", "ink", "--width", 300, "--height", 40, "--min", 3, "--seed", 9, "-n", 2)
    call("generate", "1,7,3", *options, "--metadata")
    described = json.loads((folder / "seq_173_1.json").read_text())
    image = pixels(folder / "seq_173_1.png")
    assert described["label"] == "173"
    assert described["labels"] == ["1", "7", "3"]
    assert (described["height"], described["width"]) == image.shape == (40, 300)
    assert (described["seed"], described["index"]) == (9, 1)
    for x0, y0, x1, y1 in described["ink_boxes"]:
        box = image[y0:y1, x0:x1]
        for edge in (box[0], box[-1], box[:, 0], box[:, -1]):
            assert edge.min() < 255
        image[y0:y1, x0:x1] = 255
    assert image.min() == 255, "there is ink outside the boxes"
    again = build_composer(Config(**described["config"])).compose(["173"], 9, start=1)[0]
    np.testing.assert_array_equal(again.image, pixels(folder / "seq_173_1.png"))
    assert again.glyph_ids.tolist() == described["glyph_ids"]
    assert again.boxes.tolist() == described["boxes"]
    assert re.fullmatch("[0-9a-f]{64}", described["source_fingerprint"])


def test_show_changes_nothing_else(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    call("generate", "350", "--seed", 1, "--width", 120)
    done = call("generate", "350", "--seed", 1, "--width", 120, "--show")
    assert done.out == "seq_350_1.png\n"
    assert (folder / "seq_350.png").read_bytes() == (folder / "seq_350_1.png").read_bytes()
    drawn = done.err.splitlines()
    assert [len(line) for line in drawn] == [120] * 14
    # A block is filled where the picture is light.
    light = pixels(folder / "seq_350.png") > 127
    upper = np.array([[mark in "▀█" for mark in line] for line in drawn])
    np.testing.assert_array_equal(upper, light[::2])


def test_long_names_are_cut(call: Call, folder: Path) -> None:
    first, second = "1" * 300, "1" * 299 + "2"
    for sequence in (first, second):
        assert call("generate", sequence, "-q").code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2
    assert all(len(name) < 160 and name.startswith("seq_111") for name in names)


def test_names_that_are_not_unicode_are_printed_unchanged(process: Call) -> None:
    done = process("generate", "350", "-q", "-o", b"\xff.png".decode(errors="surrogateescape"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == b"\xff.png\n"


def test_square_images_with_the_line_in_the_middle(call: Call, folder: Path) -> None:
    size = ["--width", 64, "--max", 4, "--canvas-height", 64]
    call("generate", "35", "--seed", 1, "--metadata", "-o", "middle.png", *size)
    call("generate", "35", "--seed", 1, "-o", "low.png", "--canvas-align", "bottom", *size)
    middle, low = pixels(folder / "middle.png"), pixels(folder / "low.png")
    assert middle.shape == low.shape == (64, 64)
    assert (middle[:46] == low[18:]).all()
    described = json.loads((folder / "middle.json").read_text())
    assert {(box[1], box[3]) for box in described["boxes"]} == {(18, 46)}
    assert described["config"]["canvas"]["height"] == described["height"] == 64


def test_a_canvas_lower_than_the_line_is_refused(call: Call, folder: Path) -> None:
    done = call("generate", "35", "--canvas-height", 20)
    assert done.code == 2
    assert "a canvas of 20 px is lower than the line, which is 28 px high" in done.err
    assert not list(folder.iterdir())
