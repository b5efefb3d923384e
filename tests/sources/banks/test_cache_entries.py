"""The cache can be listed, cleared and swept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from mnistseq import GlyphBank
from mnistseq.sources.banks.cache import LAYOUT, cached_bank, stored_bank
from mnistseq.sources.banks.cache_entries import clear, list_entries, sweep

DAY = 86_400


@pytest.fixture
def banks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of banks of a cache that does not exist yet."""
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "banks"


def add(key: str, count: int = 2, days_ago: float = 0) -> None:
    """Cache a bank of `count` glyphs, as if it were used some days ago."""
    pixels = np.ones((count, 3, 3), np.uint8)
    bank = GlyphBank(pixels, np.zeros(count, np.int64), ("a",), name=f"source {key}")
    cached_bank(key, bank.name, lambda: bank)
    age(key, days_ago)


def age(key: str, days: float) -> None:
    used = time.time() - days * DAY
    os.utime(
        Path(os.environ["MNISTSEQ_CACHE"]) / "banks" / f"{LAYOUT}-{key}" / "bank.json", (used, used)
    )


@pytest.mark.usefixtures("banks")
def test_a_missing_cache_is_empty() -> None:
    assert list_entries() == clear() == sweep() == []


def test_entries_have_source_and_size_the_largest_first(banks: Path) -> None:
    add("small")
    add("large", 5_000)
    large, small = list_entries()
    assert (large.source, small.source) == ("source large", "source small")
    assert (large.path, large.state) == (banks / f"{LAYOUT}-large", "usable")
    files = [large.path, *large.path.iterdir()]
    assert large.size == sum(path.stat().st_size for path in files) > 45_000 > small.size


def test_clearing_removes_everything(banks: Path) -> None:
    add("one")
    add("two")
    (banks / f"{LAYOUT}-one.lock").touch()
    assert {entry.source for entry in clear()} == {"source one", "source two"}
    assert list(banks.iterdir()) == []


def test_only_entries_that_were_not_used_for_a_time_are_removed(banks: Path) -> None:
    add("old", days_ago=31)
    add("new", days_ago=29)
    assert [entry.source for entry in list_entries(30 * DAY)] == ["source old"]
    assert [entry.source for entry in clear(30 * DAY)] == ["source old"]
    assert [path.name for path in banks.iterdir()] == [f"{LAYOUT}-new"]


@pytest.mark.usefixtures("banks")
def test_reading_a_bank_is_a_use() -> None:
    add("old", days_ago=31)
    assert stored_bank("old", "name") is not None
    assert list_entries(DAY) == []


def test_entries_of_old_layouts_are_swept_and_those_of_new_ones_are_kept(banks: Path) -> None:
    for name in ("1-old", f"{LAYOUT}-mine", f"{LAYOUT + 1}-new", "mine"):
        (banks / name).mkdir(parents=True)
        (banks / name / "pixels.npy").write_bytes(b"0" * 100)
    states = {entry.path.name: (entry.state, entry.source) for entry in list_entries()}
    assert states["1-old"] == ("old layout", "unknown")
    assert states[f"{LAYOUT}-mine"] == ("usable", "unknown")
    assert [entry.path.name for entry in sweep()] == ["1-old"]
    assert sorted(path.name for path in banks.iterdir()) == [
        f"{LAYOUT}-mine",
        f"{LAYOUT + 1}-new",
        "mine",
    ]


def test_a_new_entry_removes_those_of_old_layouts(banks: Path) -> None:
    (banks / "1-old").mkdir(parents=True)
    (banks / "1-old.lock").touch()
    add("one")
    assert [path.name for path in banks.iterdir()] == [f"{LAYOUT}-one"]


def test_a_bank_that_a_process_may_be_making_is_kept(banks: Path) -> None:
    for name in (".making", ".killed"):
        (banks / name).mkdir(parents=True)
        (banks / name / "pixels.npy").write_bytes(b"0")
    for path in (banks / ".killed" / "pixels.npy", banks / ".killed"):
        os.utime(path, (1, 1))
    assert {entry.state for entry in list_entries()} == {"unfinished"}
    assert [entry.path.name for entry in clear()] == [".killed"]
    assert [path.name for path in banks.iterdir()] == [".making"]
