"""The cache saves time, and nothing fails without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.file_limit import file_limit

from mnistseq import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.sources.array_files.pairs import read_pair
from mnistseq.sources.banks import cache as bank_cache
from mnistseq.sources.banks.cache import LAYOUT, cached_bank, checked_banks, mapped_bank

Pair = Callable[..., tuple[Path, Path]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MNISTSEQ_CACHE", str(folder))
    return folder


def refuse() -> GlyphBank:
    raise AssertionError("the cache was to serve this")


def entry(cache: Path) -> Path:
    (found,) = (cache / "banks").iterdir()
    return found


def load(pair: Pair) -> GlyphBank:
    bank = read_pair(*pair(), name="made up")
    np.testing.assert_array_equal(bank.pixels, np.arange(120).reshape(6, 5, 4))
    assert bank.alphabet == ("0", "1", "2")
    assert bank.codes.tolist() == [0, 1, 2, 0, 1, 2]
    assert bank.fingerprint
    return bank


def key_of(cache: Path) -> str:
    return entry(cache).name.partition("-")[2]


def test_a_second_load_is_memory_mapped_and_equal(cache: Path, pair: Pair) -> None:
    first = load(pair)
    second = cached_bank(key_of(cache), "again", refuse)
    assert not isinstance(first.pixels, np.memmap)
    assert isinstance(second.pixels, np.memmap)
    assert str(second.pixels.filename) == str(entry(cache) / "pixels.npy")
    for column in ("pixels", "codes", "widths", "ink"):
        np.testing.assert_array_equal(getattr(first, column), getattr(second, column))
    assert (second.fingerprint, second.alphabet) == (first.fingerprint, first.alphabet)
    assert second.name == "again"


def test_other_content_makes_another_entry(cache: Path, pair: Pair, make_idx: Any) -> None:
    load(pair)
    other = make_idx(np.zeros((6, 5, 4)))
    assert read_pair(*pair(images=other), name="made up").pixels.max() == 0
    assert len(list((cache / "banks").iterdir())) == 2


@pytest.mark.usefixtures("cache")
def test_writers_are_kept() -> None:
    def make() -> GlyphBank:
        return GlyphBank(
            np.ones((2, 3, 3), np.uint8), np.array([0, 1]), ("a", "b"), writers=np.array([5, 9])
        )

    assert cached_bank("key", "name", make).writers is not None
    writers = cached_bank("key", "name", refuse).writers
    assert isinstance(writers, np.memmap)
    assert writers.tolist() == [5, 9]


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("mine")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "file gone": lambda entry: (entry / "codes.npy").unlink(),
    "list gone": lambda entry: (entry / "bank.json").unlink(),
    "file empty": lambda entry: (entry / "pixels.npy").write_bytes(b""),
    "file cut": lambda entry: (entry / "pixels.npy").write_bytes(
        (entry / "pixels.npy").read_bytes()[:-1]
    ),
    "header cut": lambda entry: (entry / "ink.npy").write_bytes(
        (entry / "ink.npy").read_bytes()[:20]
    ),
    "not an array": lambda entry: (entry / "pixels.npy").write_bytes(b"nonsense" * 40),
    "other shape": lambda entry: np.save(entry / "pixels.npy", np.zeros((5, 4, 4), np.uint8)),
    "other type": lambda entry: np.save(entry / "pixels.npy", np.zeros((6, 5, 4))),
    "objects": lambda entry: np.save(entry / "codes.npy", np.array([{}] * 6)),
    "codes too large": lambda entry: np.save(entry / "codes.npy", np.arange(6)),
    "list is not JSON": lambda entry: (entry / "bank.json").write_text("{"),
    "list is not an object": lambda entry: (entry / "bank.json").write_text("[1]"),
    "list lacks keys": lambda entry: (entry / "bank.json").write_text("{}"),
    "list is not UTF-8": lambda entry: (entry / "bank.json").write_bytes(b"\xff"),
    "folder empty": empty,
    "a file instead": replace_by_file,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_made_again(cache: Path, pair: Pair, damage: str) -> None:
    load(pair)
    key = key_of(cache)
    DAMAGES[damage](entry(cache))
    load(pair)
    assert isinstance(cached_bank(key, "again", refuse).pixels, np.memmap)
    assert len(list((cache / "banks").iterdir())) == 1
    names = {path.name for path in entry(cache).iterdir()}
    assert names == {"bank.json", "pixels.npy", "codes.npy", "widths.npy", "ink.npy"}


def test_a_cache_that_is_a_file_costs_only_time(cache: Path, pair: Pair) -> None:
    cache.write_text("mine")
    load(pair)
    assert cache.read_text() == "mine"


def test_a_cache_below_a_file_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pair: Pair
) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "file" / "cache"))
    load(pair)
    load(pair)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB; skipped if this user may not mount one."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [mount or "", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if not (mount and unmount) or subprocess.run(command, check=False).returncode:
        pytest.skip("needs the permission to mount a small disk")
    yield folder
    subprocess.run([unmount, "-l", str(folder)], check=True)


def make_large(folder: Path | None) -> GlyphBank:
    """A bank of 400 kB that writes its pixels itself, if it is given a folder."""
    pixels = np.ones((400, 10, 100), np.uint8)
    if folder is not None:
        np.save(folder / "pixels.npy", pixels)
    return GlyphBank(pixels, np.zeros(400, np.int64), ("a",))


def test_a_bank_that_writes_its_own_pixels_is_mapped(cache: Path) -> None:
    bank = mapped_bank("key", "name", make_large, 400_000)
    assert isinstance(bank.pixels, np.memmap)
    assert bank.fingerprint == make_large(None).digest()
    assert str(bank.pixels.filename).startswith(str(cache))


def test_a_disk_that_becomes_full_leaves_a_bank_to_memory_if_it_fits(cache: Path) -> None:
    with file_limit(200_000):
        with pytest.raises(SourceError, match="cannot hold its glyphs, about 400 kB: "):
            mapped_bank("key", "name", make_large, 400_000, max_in_memory=399_999)
        bank = mapped_bank("key", "name", make_large, 400_000, max_in_memory=400_000)
    assert not isinstance(bank.pixels, np.memmap)
    assert [path.suffix for path in (cache / "banks").iterdir()] == [".lock"]


def draw(cache: Path, out: Path) -> subprocess.Popen[bytes]:
    code = (
        "import sys, numpy, mnistseq; composer = mnistseq.build_composer();"
        "numpy.save(sys.argv[1], composer.compose(['0123456789'] * 3, 5).images[2]);"
        "print(type(composer.bank.pixels).__name__, composer.bank.fingerprint)"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(out)],
        env={"MNISTSEQ_CACHE": str(cache)},
        stdout=subprocess.PIPE,
    )


def test_a_full_cache_costs_only_time(small_disk: Path, tmp_path: Path) -> None:
    with draw(small_disk, tmp_path / "a.npy") as running:
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert out.startswith(b"ndarray ")
    left = [path for path in small_disk.rglob("*") if path.is_file()]
    assert left == []


def test_a_read_only_cache_costs_only_time(small_disk: Path, tmp_path: Path) -> None:
    subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=True)
    with draw(small_disk, tmp_path / "a.npy") as running:
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert out.startswith(b"ndarray ")


def test_four_processes_fill_an_empty_cache_with_one_bank(cache: Path, tmp_path: Path) -> None:
    outs = [tmp_path / f"{number}.npy" for number in range(4)]
    running = [draw(cache, out) for out in outs]
    fingerprints = {process.communicate(timeout=60)[0].split()[1] for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert len(fingerprints) == 1
    first = np.load(outs[0])
    for out in outs[1:]:
        np.testing.assert_array_equal(np.load(out), first)
    assert [path.name[:2] for path in (cache / "banks").iterdir()] == [f"{LAYOUT}-"]
    with draw(cache, tmp_path / "later.npy") as later:
        assert later.communicate(timeout=60)[0].startswith(b"memmap ")


@pytest.mark.parametrize("column", ["pixels", "codes", "widths", "ink"])
def test_content_that_changed_is_made_again_where_it_is_checked(
    cache: Path, pair: Pair, column: str
) -> None:
    """A bit of the disk flips: the file can be read as before, and would draw something else."""
    load(pair)
    path = entry(cache) / f"{column}.npy"
    content = bytearray(path.read_bytes())
    content[-8 if column != "pixels" else -1] ^= 1
    path.write_bytes(content)
    with checked_banks():
        bank = load(pair)
        ink = bank.ink
    assert path.read_bytes() != content
    with checked_banks():
        again = cached_bank(key_of(cache), "again", refuse)
    np.testing.assert_array_equal(again.pixels, bank.pixels)
    np.testing.assert_array_equal(again.ink, ink)


def test_a_bank_is_compared_once_in_a_process(
    cache: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(pair)
    compared: list[GlyphBank] = []
    checksum = bank_cache._checksum

    def counted(bank: GlyphBank) -> int:
        compared.append(bank)
        return checksum(bank)

    monkeypatch.setattr(bank_cache, "_checksum", counted)
    for _ in range(3):
        cached_bank(key_of(cache), "unchecked", refuse)
        with checked_banks():
            cached_bank(key_of(cache), "checked", refuse)
    assert len(compared) == 1
