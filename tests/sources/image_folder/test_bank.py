"""Banks of pictures on disk: out of memory's way, made once, never in the way."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnistseq import GlyphBank
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.errors import SourceError
from mnistseq.sources.banks import cache as bank_cache
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
    for place, file in enumerate(files):
        picture = np.asarray(Image.open(file))
        width = picture.shape[1]
        assert bank.alphabet[bank.codes[place]] == file.parent.name
        assert bank.widths[place] == width
        np.testing.assert_array_equal(bank.pixels[place, :, :width], 255 - picture)
        assert not bank.pixels[place, :, width:].any()
    np.testing.assert_array_equal(bank.ink, ink_boxes(np.asarray(bank.pixels)))
    assert bank.fingerprint == bank.digest()


def test_every_picture_is_in_its_place(pictures: Path, cache: Path) -> None:
    bank = ImageFolder().load("train", str(pictures))
    assert isinstance(bank.pixels, np.memmap)
    check_whole(bank, pictures)
    (entry,) = entries(cache)
    names = {"bank.json", "pixels.npy", "codes.npy", "widths.npy", "ink.npy"}
    assert {path.name for path in entry.iterdir()} == names


def test_in_many_blocks_as_in_one(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnistseq.sources.image_folder.bank._BLOCK", 25_000)
    check_whole(ImageFolder().load("train", str(pictures)), pictures)


@pytest.mark.parametrize("threads", [1, 5])
def test_with_any_number_of_threads(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr("mnistseq.sources.banks.parallel_map.available_threads", lambda: threads)
    check_whole(ImageFolder().load("train", str(pictures)), pictures)


def test_where_there_can_be_no_cache_it_is_made_in_memory(pictures: Path, cache: Path) -> None:
    cache.write_text("mine")
    bank = ImageFolder().load("train", str(pictures))
    assert not isinstance(bank.pixels, np.memmap)
    check_whole(bank, pictures)
    assert cache.read_text() == "mine"


def test_a_bank_too_large_for_the_disk_and_for_memory(pictures: Path, cache: Path) -> None:
    free = shutil.disk_usage(cache.parent).free
    source = ImageFolder(height=int((free / 300 / 3) ** 0.5) + 1000)
    with pytest.raises(SourceError, match=r"cannot hold its glyphs, about \d+.*smaller height"):
        source.load("train", str(pictures))
    assert entries(cache) == []


def test_a_disk_that_becomes_full(
    pictures: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_cache, "_MOST_IN_MEMORY", 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(SourceError, match="cannot hold its glyphs"):
            ImageFolder().load("train", str(pictures))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.suffix for path in (cache / "banks").iterdir()] == [".lock"]
    check_whole(ImageFolder().load("train", str(pictures)), pictures)


def test_several_parameters_are_several_banks(pictures: Path, cache: Path) -> None:
    for source in (ImageFolder(), ImageFolder(height=9), ImageFolder(colour="grey")):
        source.load("train", str(pictures))
    assert len(entries(cache)) == 3
    ImageFolder(height=20).load("train", str(pictures))  # what it is by default
    assert len(entries(cache)) == 3


def test_a_damaged_bank_is_made_again(pictures: Path, cache: Path) -> None:
    ImageFolder().load("train", str(pictures))
    (entry,) = entries(cache)
    (entry / "pixels.npy").write_bytes(b"nonsense" * 40)
    check_whole(ImageFolder().load("train", str(pictures)), pictures)


def test_what_a_killed_process_left_is_removed_a_day_later(pictures: Path, cache: Path) -> None:
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


def test_of_three_processes_one_makes_it(pictures: Path, cache: Path) -> None:
    running = [start(pictures) for _ in range(3)]
    told = {process.communicate(timeout=60)[0].split()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 3
    assert told == {ImageFolder().load("train", str(pictures)).fingerprint}
    assert len(entries(cache)) == 1


def test_a_script_without_a_guard_may_load(pictures: Path, tmp_path: Path) -> None:
    """Other processes would run the script once more."""
    script = tmp_path / "script.py"
    script.write_text(f"print('once')\n{LOAD.format(height=21)}")
    done = subprocess.run(
        [sys.executable, str(script), str(pictures)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("once") == 1
    assert done.stderr == ""  # no bar where there is no terminal


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit for memory that is not a file's")
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
import concurrent.futures.thread, filelock, tqdm
used = int(open("/proc/self/status").read().partition("VmData:")[2].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 250_000_000,) * 2)
try:
    bytearray(300_000_000)
except MemoryError:
    print("limited", end=" ")
bank ={LOAD.format(height=600).partition("bank =")[2]}
"""
    process = start(root, limited)
    told = process.communicate(timeout=120)[0].split()
    assert process.returncode == 0
    assert told[0] == "limited"
    assert int(told[2]) == 180 * 600 * 4800  # half a gigabyte
