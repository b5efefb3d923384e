"""Banks of pictures on disk: larger than memory, made once, and dispensable."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnistseq import GlyphBank
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.errors import SourceError
from mnistseq.sources.image_folder.bank import make_bank
from mnistseq.sources.image_folder.decoder import Decoder
from mnistseq.sources.image_folder.files import Tree
from mnistseq.sources.image_folder.labels import find_pictures
from mnistseq.sources.image_folder.source import ImageFolder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MNISTSEQ_CACHE", str(folder))
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred pictures with colours, of many shapes."""
    root = tmp_path_factory.mktemp("pictures")
    draw = np.random.default_rng(5)
    for number in range(300):
        shape = (20, int(draw.integers(8, 60)), 3)
        path = root / f"class {number % 7}" / f"{number:03}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(draw.integers(0, 250, shape).astype(np.uint8)).save(path)
    return root


def entries(cache: Path) -> list[Path]:
    return [path for path in (cache / "banks").iterdir() if path.is_dir()]


def check_whole(bank: GlyphBank, root: Path) -> None:
    """Every glyph is its file, at the left, with ground beside it, under its label."""
    files = sorted(root.rglob("*.png"))
    assert len(bank) == len(files) == 300
    for index, file in enumerate(files):
        picture = np.asarray(Image.open(file))
        width = picture.shape[1]
        assert bank.alphabet[bank.codes[index]] == file.parent.name
        assert bank.widths[index] == width
        np.testing.assert_array_equal(bank.pixels[index, :, :width], 255 - picture)
        assert not bank.pixels[index, :, width:].any()
    np.testing.assert_array_equal(bank.ink, ink_boxes(np.asarray(bank.pixels)))
    assert bank.fingerprint == bank.digest()


def test_every_picture_is_in_the_bank_under_its_label(pictures: Path, cache: Path) -> None:
    bank = ImageFolder().load("train", str(pictures))
    assert isinstance(bank.pixels, np.memmap)
    check_whole(bank, pictures)
    (entry,) = entries(cache)
    names = {"bank.json", "pixels.npy", "codes.npy", "widths.npy", "ink.npy"}
    assert {path.name for path in entry.iterdir()} == names


@pytest.mark.parametrize("block_bytes", [1, 25_000])
def test_many_blocks_make_the_same_bank_as_one(
    pictures: Path, tmp_path: Path, block_bytes: int
) -> None:
    tree, decoder = Tree(pictures), Decoder(20, colour=True, ground=255, max_aspect=8)
    found = find_pictures(tree, "train").pictures
    for folder in (tmp_path, None):
        bank = make_bank(tree, found, decoder, "auto", "auto", "x", folder, block_bytes)
        check_whole(replace(bank, fingerprint=bank.digest()), pictures)


def test_without_a_cache_a_bank_is_made_in_memory(pictures: Path, cache: Path) -> None:
    cache.write_text("mine")
    bank = ImageFolder().load("train", str(pictures))
    assert not isinstance(bank.pixels, np.memmap)
    check_whole(bank, pictures)
    assert cache.read_text() == "mine"


def test_a_bank_too_large_for_the_disk_and_for_memory_is_refused(
    pictures: Path, cache: Path
) -> None:
    free = shutil.disk_usage(cache.parent).free
    source = ImageFolder(height=int((free / 300 / 3) ** 0.5) + 1000)
    with pytest.raises(
        SourceError, match=r"cannot hold its glyphs, about \d.* [GT]B: .*smaller height"
    ):
        source.load("train", str(pictures))
    assert entries(cache) == []


def test_other_parameters_make_another_bank(pictures: Path, cache: Path) -> None:
    for source in (ImageFolder(), ImageFolder(height=9), ImageFolder(colour="grey")):
        source.load("train", str(pictures))
    assert len(entries(cache)) == 3
    ImageFolder(broken="skip").load("train", str(pictures))
    assert len(entries(cache)) == 3


def test_a_second_start_reads_no_picture(pictures: Path, tmp_path: Path) -> None:
    root = tmp_path / "set"
    shutil.copytree(pictures, root)
    first = ImageFolder().load("train", str(root))
    for path in root.rglob("*.png"):
        facts = path.stat()
        path.write_bytes(bytes(facts.st_size))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert ImageFolder().load("train", str(root)).fingerprint == first.fingerprint
    os.utime(path)
    with pytest.raises(SourceError, match="300 of 300 pictures cannot be used"):
        ImageFolder().load("train", str(root))


def test_a_copied_folder_has_the_same_fingerprint(pictures: Path, tmp_path: Path) -> None:
    first = ImageFolder().load("train", str(pictures))
    for path in shutil.copytree(pictures, tmp_path / "copy").rglob("*.png"):
        os.utime(path, ns=(1, 1))
    copy = ImageFolder().load("train", str(tmp_path / "copy"))
    assert copy.fingerprint == first.fingerprint
    check_whole(copy, tmp_path / "copy")


def test_a_damaged_bank_is_made_again(pictures: Path, cache: Path) -> None:
    ImageFolder().load("train", str(pictures))
    (entry,) = entries(cache)
    (entry / "pixels.npy").write_bytes(b"nonsense" * 40)
    check_whole(ImageFolder().load("train", str(pictures)), pictures)


def test_files_of_a_killed_process_are_removed_a_day_later(pictures: Path, cache: Path) -> None:
    fresh, old = cache / "banks" / ".aaaa", cache / "banks" / ".bbbb"
    for left in (fresh, old):
        left.mkdir(parents=True)
        (left / "decoded").write_bytes(b"half")
    for path in (old / "decoded", old):
        os.utime(path, (time.time() - 100_000,) * 2)
    os.utime(fresh, (time.time() - 100_000,) * 2)  # but its file grew just now
    ImageFolder().load("train", str(pictures))
    assert fresh.exists()
    assert not old.exists()


LOAD = """
import sys
from mnistseq.sources.image_folder.source import ImageFolder
bank = ImageFolder(height={height}).load("train", sys.argv[1])
print(bank.fingerprint, bank.pixels.nbytes)
"""


def start(root: Path, code: str = LOAD.format(height=20)) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, text=True
    )


def test_three_processes_make_one_bank(pictures: Path, cache: Path) -> None:
    running = [start(pictures) for _ in range(3)]
    fingerprints = {process.communicate(timeout=60)[0].split()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 3
    assert fingerprints == {ImageFolder(height=20).load("train", str(pictures)).fingerprint}
    assert len(entries(cache)) == 1


def test_a_script_without_a_main_guard_may_load_pictures(pictures: Path, tmp_path: Path) -> None:
    """Worker processes would run the script again."""
    script = tmp_path / "script.py"
    script.write_text(f"print('once')\n{LOAD.format(height=21)}")
    done = subprocess.run(
        [sys.executable, str(script), str(pictures)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("once") == 1
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit that leaves out mapped files")
def test_a_bank_may_be_larger_than_memory(tmp_path: Path) -> None:
    root = tmp_path / "wide"
    (root / "a").mkdir(parents=True)
    for number in range(180):
        width = 160 if number == 0 else 20
        Image.new("L", (width, 20), 255 - number).save(root / "a" / f"{number}.png")
    limited = f"""
import resource
{LOAD.format(height=600).partition("bank =")[0]}
import PIL.Image
import concurrent.futures.thread, filelock
used = int(open("/proc/self/status").read().partition("VmData:")[2].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 250_000_000,) * 2)
try:
    bytearray(300_000_000)
except MemoryError:
    print("limited", end=" ")
bank ={LOAD.format(height=600).partition("bank =")[2]}
"""
    process = start(root, limited)
    printed = process.communicate(timeout=120)[0].split()
    assert process.returncode == 0
    assert printed[0] == "limited"
    assert int(printed[2]) == 180 * 600 * 4800  # half a gigabyte
