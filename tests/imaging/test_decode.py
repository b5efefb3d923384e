"""Image files are opened in one module, which refuses what is too large and runs no program."""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock
from time import sleep

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from tests.canvas_transforms.canvases import blank, stream

import mnistseq
from mnistseq.canvas_transforms.paper_picture import PaperPicture
from mnistseq.cli import main
from mnistseq.errors import ArgumentError, ConfigError, SourceError
from mnistseq.formats.files import Files
from mnistseq.imaging.decode import (
    BrokenImageError,
    Header,
    PixelBudget,
    decode_file,
    decode_image,
    opened,
    read_header,
)
from mnistseq.inspection.fit import FEWEST, fit
from mnistseq.inspection.report.survey import quantiles_of_folder
from mnistseq.sources.image_folder.source import ImageFolder

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 56 28\n%%EndComments\nshowpage\n"


def saved(image: Image.Image, image_format: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format)
    return buffer.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))


@pytest.fixture
def ghostscript_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that appears when a program named gs is run."""
    mark, program = tmp_path / "ran", tmp_path / "bin" / "gs"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {mark}\necho 10.0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return mark


def test_the_fixture_notices_what_pillow_does_on_its_own(ghostscript_runs: Path) -> None:
    with pytest.raises(OSError), Image.open(io.BytesIO(EPS)) as image:  # noqa: PT011
        image.load()
    assert ghostscript_runs.exists()


@pytest.mark.parametrize("read", [decode_image, read_header])
def test_postscript_is_not_an_image(
    ghostscript_runs: Path, read: Callable[[bytes], object]
) -> None:
    with pytest.raises(BrokenImageError, match=r"^not an image in any of BMP, GIF, JPEG, PNG, "):
        read(EPS)
    assert not ghostscript_runs.exists()


def test_postscript_among_paper_pictures_is_an_error(
    ghostscript_runs: Path, tmp_path: Path
) -> None:
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "a.png").write_bytes(EPS)
    with pytest.raises(ConfigError, match=r"a\.png: not an image in any of"):
        PaperPicture(str(tmp_path / "paper")).apply(blank(1, 20, 40), stream(1))
    assert not ghostscript_runs.exists()


def test_postscript_in_an_image_folder_is_an_error(ghostscript_runs: Path, tmp_path: Path) -> None:
    (tmp_path / "set" / "a").mkdir(parents=True)
    (tmp_path / "set" / "a" / "1.png").write_bytes(EPS)
    with pytest.raises(SourceError, match=r"a/1\.png: not an image in any of"):
        ImageFolder().load("train", str(tmp_path / "set"))
    assert not ghostscript_runs.exists()


def test_postscript_in_a_shard_is_not_run(ghostscript_runs: Path, tmp_path: Path) -> None:
    arguments = ["batch", "--count", "2", "--length", "2", "-j1", "-q", "-o", str(tmp_path / "set")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    (shard,) = (tmp_path / "set" / "train").iterdir()
    (shard / "000000000.png").write_bytes(EPS)
    with pytest.raises(BrokenImageError, match="not an image in any of"):
        list(Files().read_shard(shard))
    assert not ghostscript_runs.exists()


def test_only_one_module_opens_image_files() -> None:
    root = Path(mnistseq.__file__).parent
    opening = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"Image\.open\(|imread\(|ImageFile", path.read_text("utf-8"))
    ]
    assert opening == ["imaging/decode.py"]


@pytest.mark.parametrize("read", [decode_image, read_header])
@pytest.mark.parametrize(
    ("width", "height", "message"),
    [
        (9_000, 9_943, r"^too large: 9000 x 9943 px, more than 89478485 in all$"),
        (20_000, 20_000, r"^too large: more than 89478485 px in all$"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_too_many_pixels_are_refused_by_the_header(
    read: Callable[[bytes], object], width: int, height: int, message: str
) -> None:
    with pytest.raises(BrokenImageError, match=message):
        read(claiming(width, height))


def test_a_header_is_read_without_the_pixels() -> None:
    assert read_header(claiming(300, 200)) == Header(300, 200, coloured=False)
    with pytest.raises(BrokenImageError, match=r"^damaged: "):
        decode_image(claiming(300, 200))


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_a_png_is_decoded_to_the_pixels_it_was_made_from(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    np.testing.assert_array_equal(decode_image(saved(Image.fromarray(pixels), "PNG")), pixels)


def test_a_mode_converts_to_grey_or_colour() -> None:
    content = saved(Image.new("RGB", (4, 3), (255, 0, 0)), "PNG")
    assert decode_image(content, "L").tolist() == [[76] * 4] * 3
    assert (
        decode_image(saved(Image.new("L", (4, 3), 9), "PNG"), "RGB").tolist() == [[[9] * 3] * 4] * 3
    )


def test_palettes_become_grey_or_colour_as_their_colours_are() -> None:
    red = Image.new("RGB", (4, 3), (255, 0, 0)).quantize(2)
    grey = Image.new("L", (4, 3), 90).convert("P")
    assert decode_image(saved(red, "PNG")).shape == (3, 4, 3)
    assert decode_image(saved(grey, "PNG")).tolist() == [[90] * 4] * 3


def test_threads_share_a_budget_of_pixels() -> None:
    """A picture larger than the budget is decoded alone."""
    budget = PixelBudget(100)
    sizes = [30, 40, 50, 250, 10, 90, 60, 100] * 20
    in_use: list[int] = []
    peaks: list[tuple[int, int]] = []
    lock = Lock()

    def work(size: int) -> None:
        with budget.taking(size):
            with lock:
                in_use.append(size)
                peaks.append((sum(in_use), len(in_use)))
            sleep(0.0005)
            with lock:
                in_use.remove(size)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, sizes))
    assert all(total <= 100 or number == 1 for total, number in peaks)
    assert max(number for _, number in peaks) > 1
    assert max(total for total, _ in peaks) == 250


def test_a_header_is_read_while_all_pixels_are_taken() -> None:
    content = io.BytesIO()
    Image.new("L", (9472, 9446)).save(content, "PNG")
    with opened(content.getvalue()):
        assert read_header(content.getvalue()).width == 9472


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
def test_a_named_pipe_and_a_huge_file_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(BrokenImageError, match="not a regular file"):
        decode_file(tmp_path / "pipe.png")
    (tmp_path / "huge.png").touch()
    os.truncate(tmp_path / "huge.png", 2**40)
    with pytest.raises(BrokenImageError, match="too large: 1099511627776 bytes, more than"):
        decode_file(tmp_path / "huge.png")


@pytest.mark.parametrize("read", [fit, partial(quantiles_of_folder, most=5)])
def test_a_picture_that_claims_too_many_pixels_is_refused_where_a_folder_is_compared(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    for number in range(FEWEST):
        (tmp_path / f"{number}.png").write_bytes(claiming(20_000, 20_000))
    with pytest.raises(SourceError, match=r"0\.png: too large: (20000 x 20000|more than)"):
        read(tmp_path)


def test_a_page_is_no_crop(tmp_path: Path) -> None:
    for number in range(FEWEST):
        Image.new("1", (5000, 2001), 1).save(tmp_path / f"{number}.png")
    with pytest.raises(ArgumentError, match=r"0\.png: has 10,005,000 px, too many for one line"):
        fit(tmp_path)
