"""PNGs and JPEGs, decoded by independent libraries."""

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

from mnistseq.errors import MissingPackageError
from mnistseq.formats.encoding.png import Compression, png_bytes, resolve
from mnistseq.formats.files import Files
from mnistseq.imaging.decode import decode_image

COMPRESSIONS: tuple[Compression, ...] = ("zlib", "isal")


def pixels(height: int, width: int, *, colour: bool, noise: bool) -> Any:
    random = np.random.default_rng(height * width)
    shape = (height, width, 3) if colour else (height, width)
    image = random.integers(0, 256, shape).astype(np.uint8)
    return image if noise else np.where(image > 230, image, 255).astype(np.uint8)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(st.integers(1, 70), st.integers(1, 70), st.booleans(), st.booleans())
def test_pillow_and_libpng_read_what_is_written(
    compression: Compression, height: int, width: int, colour: bool, noise: bool
) -> None:
    if compression == "isal":
        pytest.importorskip("isal")
    image = pixels(height, width, colour=colour, noise=noise)
    for (encoded,) in (
        Files(compression=compression).encode(image[None]),
        Files(compression=compression).encode([image]),
    ):
        np.testing.assert_array_equal(decode_image(encoded), image)
        read = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(read, image[..., ::-1] if colour else image)
        with Image.open(io.BytesIO(encoded)) as file:
            file.verify()


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize(
    ("tool", "verdict"), [("pngcheck", "No errors were detected"), ("pngfix", "IDAT OK ")]
)
def test_pngcheck_and_pngfix_find_no_fault(
    tool: str, verdict: str, compression: Compression, tmp_path: Path
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    if compression == "isal":
        pytest.importorskip("isal")
    files = []
    for number, (colour, noise) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        image = pixels(28, 390, colour=bool(colour), noise=bool(noise))
        file = tmp_path / f"{number}.png"
        file.write_bytes(Files(compression=compression).encode([image])[0])
        files.append(str(file))
    run = subprocess.run([tool, *files], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert verdict in run.stdout


def test_a_resolved_format_has_no_automatic_compression() -> None:
    assert Files(labels=("coco",)).resolved() == Files(
        labels=("coco",), compression=resolve("auto")
    )
    assert resolve("zlib") == "zlib"


def test_isal_compresses_at_level_0() -> None:
    """Level 1 would pass every other test, but its bytes depend on addresses: see `png.py`."""
    igzip = pytest.importorskip("isal.igzip_lib")
    image = pixels(28, 390, colour=False, noise=False)
    encoded = Files(compression="isal").encode([image])[0]
    rows = np.pad(image, ((0, 0), (1, 0))).tobytes()
    assert igzip.compress(rows, 0, igzip.COMP_ZLIB) in encoded
    assert resolve("auto") == "isal"


def test_without_isal_auto_is_zlib_and_isal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnistseq.formats.encoding.png.find_spec", lambda _: None)
    assert resolve("auto") == "zlib"
    with pytest.raises(MissingPackageError, match=r"pip install 'mnistseq\[fast\]'"):
        Files(compression="isal").resolved()


def test_a_single_image_is_compressed_by_zlib() -> None:
    image = pixels(28, 50, colour=False, noise=False)
    assert png_bytes(image) == Files(compression="zlib").encode([image])[0]


@given(st.integers(1, 70), st.integers(1, 70), st.booleans(), st.integers(1, 5000))
def test_an_image_in_strips_has_the_same_bytes(
    height: int, width: int, noise: bool, strip_bytes: int
) -> None:
    image = pixels(height, width, colour=False, noise=noise)
    assert png_bytes(image, strip_bytes=strip_bytes) == png_bytes(image)


def test_a_large_image_in_strips_has_the_same_bytes() -> None:
    """Larger than the window that zlib looks back in, and than its blocks."""
    image = pixels(500, 1000, colour=False, noise=True)
    assert png_bytes(image, strip_bytes=7000) == png_bytes(image)


def test_a_jpeg_of_higher_quality_is_larger() -> None:
    image = pixels(28, 50, colour=True, noise=False)
    coarse, fine = (Files("jpg", quality).encode([image])[0] for quality in (10, 95))
    assert len(coarse) < len(fine)
    with Image.open(io.BytesIO(fine)) as file:
        assert (file.format, file.size) == ("JPEG", (50, 28))


def test_creating_a_format_imports_no_optional_package() -> None:
    code = (
        "import sys, mnistseq.plugins.registry as p;"
        "[p.create('format', n, {}, '') for n in p.BUILT_IN['format']];"
        "print([m for m in ('pyarrow', 'lmdb', 'isal', 'PIL') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
