"""Pictures that cannot be used: counted, named, and an error or left out."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnistseq import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.sources.banks.cache import cache_folder
from mnistseq.sources.image_folder.source import ImageFolder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MNISTSEQ_CACHE", str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two good pictures of a cat, one of a dog."""
    for name, shade in (("cat/1", 0), ("cat/2", 40), ("dog/1", 90)):
        path = tmp_path / "set" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full((10, 12), 255, dtype=np.uint8)
        pixels[2:-2, 3:9] = shade
        Image.fromarray(pixels).save(path)
    return tmp_path / "set"


def claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))


def cut(root: Path) -> bytes:
    return (root / "cat" / "1.png").read_bytes()[:-30]


def load_skipping(root: Path) -> GlyphBank:
    with pytest.warns(UserWarning, match="They are left out"):
        return ImageFolder(broken="skip").load("train", str(root))


BROKEN: dict[str, tuple[bytes | None, str]] = {
    "empty": (b"", "not an image in any of"),
    "not a GIF": (b"GIF, not really", "not an image in any of"),
    "PostScript": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "not an image in any of",
    ),
    "cut": (None, "damaged: "),
    "90 million pixels": (claiming(9_000, 10_000), "too large: 9000 x 10000 px"),
    "400 million pixels": (
        claiming(20_000, 20_000),
        "too large: more than 89478485 px",
    ),
    "no pixels": (claiming(0, 10), "damaged: |not an image"),
    "too wide": (claiming(90, 10), r"damaged|90 x 10 px is more than 8 times"),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_broken_picture_is_an_error_that_names_it(
    root: Path, tmp_path: Path, kind: str, zipped: bool
) -> None:
    content, reason = BROKEN[kind]
    (root / "dog" / "2.png").write_bytes(cut(root) if content is None else content)
    source = root
    if zipped:
        source = tmp_path / "set.zip"
        with zipfile.ZipFile(source, "w") as made:
            for path in root.rglob("*.png"):
                made.write(path, path.relative_to(root))
    with pytest.raises(SourceError, match=rf"\n  dog/2\.png: ({reason})") as caught:
        ImageFolder().load("train", str(source))
    assert str(caught.value).startswith(f"{source}: 1 of 4 pictures cannot be used:\n")
    assert str(caught.value).endswith("leave them out with source.parameters.broken=skip")


def test_all_broken_pictures_are_counted_and_the_first_are_named(root: Path) -> None:
    for number in range(30):
        (root / "cat" / f"9{number:02}.png").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="30 of 33 pictures cannot be used") as caught:
        ImageFolder().load("train", str(root))
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:21]] == [
        f"cat/9{number:02}.png" for number in range(20)
    ]
    assert lines[21] == "  and 10 more"


def test_pictures_left_out_are_named_in_a_warning_and_in_the_bank(root: Path) -> None:
    whole = ImageFolder().load("train", str(root))
    (root / "cat" / "15.png").write_bytes(b"nothing")
    (root / "emu").mkdir()
    (root / "emu" / "1.png").write_bytes(cut(root))
    with pytest.warns(UserWarning, match="2 of 5 pictures cannot be used") as warned:
        bank = ImageFolder(broken="skip").load("train", str(root))
    assert "cat/15.png: not an image" in str(warned[0].message)
    assert "emu/1.png: damaged" in str(warned[0].message)
    assert [line.split(":")[0] for line in bank.left_out] == ["cat/15.png", "emu/1.png"]
    assert bank.alphabet == ("cat", "dog")  # no label without a picture
    np.testing.assert_array_equal(bank.pixels, whole.pixels)
    assert bank.fingerprint == whole.fingerprint  # it draws the same


def test_a_cached_bank_reports_them_again(root: Path) -> None:
    (root / "cat" / "15.png").write_bytes(b"nothing")
    first = load_skipping(root)
    again = load_skipping(root)
    assert again.left_out == first.left_out
    assert len([path for path in (cache_folder() / "banks").iterdir() if path.is_dir()]) == 1


def test_leaving_them_out_after_the_error_decodes_nothing_again(root: Path) -> None:
    (root / "cat" / "15.png").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="1 of 4"):
        ImageFolder().load("train", str(root))
    (entry,) = (path for path in (cache_folder() / "banks").iterdir() if path.is_dir())
    made = (entry / "pixels.npy").stat().st_mtime_ns
    load_skipping(root)
    assert (entry / "pixels.npy").stat().st_mtime_ns == made
    with pytest.raises(SourceError, match="1 of 4"):
        ImageFolder().load("train", str(root))


def test_a_repaired_picture_is_used(root: Path) -> None:
    (root / "cat" / "15.png").write_bytes(b"nothing")
    assert len(load_skipping(root)) == 3
    (root / "cat" / "15.png").write_bytes((root / "cat" / "1.png").read_bytes())
    bank = ImageFolder(broken="skip").load("train", str(root))
    assert (len(bank), bank.left_out) == (4, ())


def test_nothing_but_broken_pictures_is_an_error_even_if_they_may_be_skipped(
    tmp_path: Path,
) -> None:
    (tmp_path / "set" / "a").mkdir(parents=True)
    (tmp_path / "set" / "a" / "1.png").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="1 of 1 picture cannot be used"):
        ImageFolder(broken="skip").load("train", str(tmp_path / "set"))


def test_pictures_wider_than_allowed_are_broken(root: Path) -> None:
    Image.new("L", (170, 10), 255).save(root / "dog" / "2.png")
    with pytest.raises(SourceError, match=r"170 x 10 px is more than 8 times .*max_aspect"):
        ImageFolder().load("train", str(root))
    assert load_skipping(root).pixels.shape == (3, 10, 12)
    assert ImageFolder(max_aspect=17).load("train", str(root)).pixels.shape == (4, 10, 170)


def test_a_picture_of_floating_points_is_broken(root: Path) -> None:
    Image.fromarray(np.ones((10, 12), dtype=np.float32)).save(root / "dog" / "2.tif")
    with pytest.raises(SourceError, match=r"dog/2\.tif: has floating-point pixels; save it"):
        ImageFolder().load("train", str(root))


def test_a_pipe_with_the_name_of_a_picture_is_ignored(root: Path) -> None:
    os.mkfifo(root / "dog" / "2.png")
    assert len(ImageFolder().load("train", str(root))) == 3


def test_a_damaged_member_of_an_archive_is_a_broken_picture(root: Path, tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(root.rglob("*.png")):
            made.write(path, path.relative_to(root))
        at = made.getinfo("cat/2.png").header_offset
    content = bytearray(archive.read_bytes())
    content[at + 45 : at + 60] = b"\xff" * 15
    archive.write_bytes(content)
    with pytest.raises(SourceError, match=r"1 of 3 pictures .*\n  cat/2\.png: cannot be read"):
        ImageFolder().load("train", str(archive))


def test_a_member_that_unpacks_to_gigabytes_is_not_unpacked(root: Path, tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.write(root / "cat" / "1.png", "cat/1.png")
        with made.open("dog/1.png", "w", force_zip64=True) as member:
            for _ in range(600):
                member.write(bytes(2**20))
    code = (
        "import resource, sys; from mnistseq.sources.image_folder.source import ImageFolder\n"
        "from mnistseq.errors import SourceError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: ImageFolder().load('train', sys.argv[1])\n"
        "except SourceError as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(archive)], capture_output=True, text=True, check=True
    )
    assert "dog/1.png: too large: 629145600 bytes" in done.stdout
    assert done.stdout.endswith("True\n")


@pytest.fixture
def commoner() -> Iterator[Path]:
    """A folder of a user who is not root; the test continues as that user."""
    folder = Path(tempfile.mkdtemp())
    was = os.geteuid()
    if was == 0:
        os.chown(folder, 65_534, -1)
        os.seteuid(65_534)
    yield folder
    os.seteuid(was)
    shutil.rmtree(folder)


def test_a_picture_that_may_not_be_read_is_always_an_error_and_is_read_later(
    commoner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_CACHE", str(commoner / "cache"))
    picture = commoner / "set" / "dog" / "1.png"
    picture.parent.mkdir(parents=True)
    Image.new("L", (9, 9), 255).save(picture)
    Image.new("L", (9, 9), 255).save(picture.with_name("2.png"))
    picture.chmod(0)
    with pytest.raises(SourceError, match=r"dog/1\.png: cannot be read: Permission denied"):
        ImageFolder().load("train", str(commoner / "set"))
    with pytest.raises(SourceError, match=r"dog/1\.png: cannot be read: Permission denied"):
        ImageFolder(broken="skip").load("train", str(commoner / "set"))
    picture.chmod(0o644)  # which changes neither its size nor its time
    assert len(ImageFolder().load("train", str(commoner / "set"))) == 2
