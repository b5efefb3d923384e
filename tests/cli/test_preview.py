"""``mnistseq preview``: what a contact sheet shows."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.cli.conftest import Call

Refused = Callable[..., str]

SVG_IMAGE = re.compile(r'<image [^>]*href="data:image/png;base64,([^"]+)"')
SVG_TEXT = re.compile(r"<text [^>]*>([^<]*)</text>")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sheet(call: Call, *arguments: str) -> tuple[list[NDArray[np.uint8]], list[str]]:
    """Return the pictures and the texts of a sheet."""
    call("preview", "--seed", "1", "--force", "-o", "sheet.svg", *arguments)
    drawn = Path("sheet.svg").read_text("utf-8")
    images = [Image.open(io.BytesIO(base64.b64decode(text))) for text in SVG_IMAGE.findall(drawn)]
    return [np.asarray(image) for image in images], SVG_TEXT.findall(drawn)


def test_it_shows_the_first_images_of_batch(call: Call) -> None:
    pictures, texts = sheet(call, "-n", "5", "--length", "2-4", "--width", "150")
    call("batch", "-n", "5", "--length", "2-4", "--width", "150", "--seed", "1", "-o", "out")
    made = [np.asarray(Image.open(path)) for path in sorted(Path("out").rglob("*.png"))]
    assert [picture[::2, ::2].tolist() for picture in pictures] == [
        image.tolist() for image in made
    ]
    lines = Path("out/train/00000/metadata.jsonl").read_text("utf-8").splitlines()
    labels = [json.loads(line)["text"] for line in lines]
    assert texts == labels


def test_more_images_than_a_shard_has_are_shown(call: Call) -> None:
    pictures, _ = sheet(call, "-n", "1010", "--length", "1")
    assert len(pictures) == 1010


def test_rows_of_a_file_are_shown_with_their_texts(call: Call) -> None:
    Path("rows.csv").write_text("sequence\n350\n17\n", "utf-8")
    pictures, texts = sheet(call, "rows.csv")
    assert texts == ["350", "17"]
    assert pictures[0].shape[1] > pictures[1].shape[1]


def test_each_value_of_a_key_has_a_strip(call: Call) -> None:
    pictures, texts = sheet(call, "-n", "2", "--length", "3", "--vary", "spacing.max=0,60")
    assert [text for text in texts if "=" in text] == ["spacing.max = 0", "spacing.max = 60"]
    narrow, wide = pictures[:2], pictures[2:]
    assert all(a.shape[1] < b.shape[1] for a, b in zip(narrow, wide, strict=True))


def test_a_step_of_a_transform_can_be_varied(call: Call) -> None:
    arguments = ("-n", "1", "--length", "3", "--canvas-transform", "paper-tint")
    pictures, _ = sheet(call, *arguments, "--vary", "canvas.transform.0.strength=0,1")
    assert pictures[0].max() == 255
    assert pictures[1].max() < 255


def test_presets_are_compared_by_the_same_seed(call: Call) -> None:
    _, texts = sheet(call, "-n", "3", "--preset", "clean", "--compare", "camera")
    assert (texts[0], texts[4]) == ("clean", "camera")
    assert texts[1:4] == texts[5:8]


def test_options_hold_for_the_other_config_too(call: Call) -> None:
    pictures, _ = sheet(call, "-n", "1", "--length", "3", "--width", "200", "--compare", "clean")
    assert [picture.shape[1] for picture in pictures] == [400, 400]


def test_boxes_are_drawn_over_the_images(call: Call) -> None:
    plain, _ = sheet(call, "-n", "1", "--length", "3")
    boxed, _ = sheet(call, "-n", "1", "--length", "3", "--draw-boxes", "ink")
    assert plain[0].ndim == 2
    assert boxed[0].shape == (*plain[0].shape, 3)


def test_masks_tint_each_glyph(call: Call) -> None:
    arguments = ("-n", "1", "--length", "2", "--crop", "ink", "--min", "9", "--max", "9")
    plain, _ = sheet(call, *arguments)
    tinted, _ = sheet(call, *arguments, "--draw-masks")
    inked = plain[0] < 128
    assert (np.ptp(tinted[0].astype(int), axis=2)[inked] > 0).all()
    assert (tinted[0][plain[0] == 255] == 255).all()
    both = {tuple(pixel) for pixel in tinted[0][plain[0] == 0]}
    assert len(both) == 2


def test_the_narrowest_come_first(call: Call) -> None:
    pictures, _ = sheet(call, "-n", "6", "--length", "3", "--worst", "narrow")
    widths = [picture.shape[1] for picture in pictures]
    assert widths == sorted(widths)
    assert widths[0] < 3 * 28 * 2 + 20


def test_pictures_of_a_folder_are_shown_at_the_same_height(call: Call) -> None:
    Path("real").mkdir()
    Image.new("L", (100, 40), 120).save("real/a.png")
    pictures, texts = sheet(call, "-n", "1", "--length", "3", "--against", "real")
    assert texts[-2:] == ["real", "a.png"]
    assert pictures[-1].shape == (56, 140)


def test_a_png_is_the_default(call: Call) -> None:
    done = call("preview", "-n", "2", "--seed", "1")
    assert done.out == "preview.png\n"
    with Image.open("preview.png") as drawn:
        assert drawn.format == "PNG"


def test_labels_are_text_in_an_svg(call: Call) -> None:
    for name in ("<b>", "x&y", "z" * 200):
        folder = Path("glyphs") / name
        folder.mkdir(parents=True)
        Image.new("L", (20, 20), 0).save(folder / "a.png")
    arguments = ("--source", "image-folder", "--data-dir", "glyphs", "-n", "4", "--length", "1")
    _, texts = sheet(call, *arguments)
    assert set(texts) <= {"&lt;b&gt;", "x&amp;y", "z" * 59 + "…"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--vary", "spacing.maxx=1"), "--vary spacing.maxx=1: spacing.maxx: unknown key"),
        (("--vary", "canvas.transform.3.a=1"), "this config has no such key"),
        (("--vary", "output_format.a=1"), "is not allowed; give png, jpg, jpeg"),
        (("--vary", "spacing.max"), "give KEY=VALUE,…"),
        (("-o", "sheet.gif"), "end its name in .png or .svg"),
        (("--against", "."), "no pictures in this folder"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    refused: Refused, arguments: tuple[str, ...], message: str
) -> None:
    assert message in refused("preview", "-n", "2", *arguments)
    assert not list(Path().glob("*.png"))


def test_the_sheet_is_shown_in_the_terminal(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    done = call("preview", "-n", "2", "--seed", "1", "--show")
    lines = done.err.splitlines()
    assert len(lines) >= 3
    assert max(map(len, lines)) == 60


def test_an_existing_file_is_kept(call: Call, refused: Refused) -> None:
    Path("preview.png").write_bytes(b"mine")
    assert "preview.png already exists" in refused("preview", "-n", "1")
    assert Path("preview.png").read_bytes() == b"mine"
    call("preview", "-n", "1", "--force")
    assert Path("preview.png").read_bytes() != b"mine"


def test_a_broken_picture_of_a_folder_is_an_error_with_its_name(refused: Refused) -> None:
    Path("real").mkdir()
    Path("real", "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0")
    message = refused("preview", "-n", "1", "--length", "3", "--against", "real", code=1)
    assert "real/a.png: not an image in any of" in message
