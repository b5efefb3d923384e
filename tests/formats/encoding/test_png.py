"""PNGs, decoded by those who know the format best."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnistseq.errors import OutputError
from mnistseq.formats.encoding.png import Compression, png_bytes, resolve
from mnistseq.formats.files import Files
from mnistseq.formats.webdataset import WebDataset
from mnistseq.imaging.decode import decode_image

COMPRESSIONS: tuple[Compression, ...] = ("zlib", "isal")


def pixels(height: int, width: int, *, colour: bool, noise: bool) -> Any:
    random = np.random.default_rng(height * width)
    shape = (height, width, 3) if colour else (height, width)
    image = random.integers(0, 256, shape).astype(np.uint8)
    return image if noise else np.where(image > 230, image, 255).astype(np.uint8)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(st.integers(1, 70), st.integers(1, 70), st.booleans(), st.booleans())
def test_pillow_and_libpng_read_it(
    compression: Compression, height: int, width: int, colour: bool, noise: bool
) -> None:
    if compression == "isal":
        pytest.importorskip("isal")
    image = pixels(height, width, colour=colour, noise=noise)
    for (encoded,) in (
        WebDataset(compression=compression).encode(image[None]),
        WebDataset(compression=compression).encode([image]),
    ):
        np.testing.assert_array_equal(decode_image(encoded), image)
        read = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(read, image[..., ::-1] if colour else image)
        with Image.open(io.BytesIO(encoded)) as file:
            file.verify()


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize(
    ("tool", "praise"), [("pngcheck", "No errors were detected"), ("pngfix", "IDAT OK ")]
)
def test_tools_find_no_fault(
    tool: str, praise: str, compression: Compression, tmp_path: Path
) -> None:
    """The one that everybody checks PNGs with, and libpng's own."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    if compression == "isal":
        pytest.importorskip("isal")
    files = []
    for number, (colour, noise) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        image = pixels(28, 390, colour=bool(colour), noise=bool(noise))
        file = tmp_path / f"{number}.png"
        file.write_bytes(WebDataset(compression=compression).encode([image])[0])
        files.append(str(file))
    run = subprocess.run([tool, *files], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert praise in run.stdout


def test_auto_becomes_definite() -> None:
    assert Files(labels=("coco",)).resolved() == Files(
        labels=("coco",), compression=resolve("auto")
    )
    assert resolve("zlib") == "zlib"


def test_isal_is_the_one_whose_bytes_do_not_hang_on_addresses() -> None:
    """Not level 1, which would pass every other test: see `png.py`."""
    igzip = pytest.importorskip("isal.igzip_lib")
    image = pixels(28, 390, colour=False, noise=False)
    encoded = WebDataset(compression="isal").encode([image])[0]
    rows = np.pad(image, ((0, 0), (1, 0))).tobytes()
    assert igzip.compress(rows, 0, igzip.COMP_ZLIB) in encoded
    assert resolve("auto") == "isal"


def test_without_isal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnistseq.formats.encoding.png.find_spec", lambda _: None)
    assert resolve("auto") == "zlib"
    with pytest.raises(OutputError, match=r"pip install 'mnistseq\[fast\]'"):
        Files(compression="isal").resolved()


def test_zlib_is_the_default_of_a_single_image() -> None:
    image = pixels(28, 50, colour=False, noise=False)
    assert png_bytes(image) == WebDataset(compression="zlib").encode([image])[0]


def test_jpeg_of_a_quality() -> None:
    image = pixels(28, 50, colour=True, noise=False)
    coarse, fine = (WebDataset("jpg", quality).encode([image])[0] for quality in (10, 95))
    assert len(coarse) < len(fine)
    with Image.open(io.BytesIO(fine)) as file:
        assert (file.format, file.size) == ("JPEG", (50, 28))


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, mnistseq.plugins.registry as p;"
        "[p.create('format', n, {}, '') for n in p.BUILT_IN['format']];"
        "print([m for m in ('pyarrow', 'lmdb', 'isal', 'PIL') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
