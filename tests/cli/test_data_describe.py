"""``mnistseq data describe`` and ``mnistseq data cache``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.conftest import Call

IMAGES = np.arange(6 * 5 * 4, dtype=np.uint8).reshape(6, 5, 4)


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Six glyphs of train, and two of test whose labels are unusual."""
    path = tmp_path / "digits.npz"
    numbers, strings = np.array([3, 0, 10, 3, 0, 10]), np.array(["big cat", "a\u200bb"])
    np.savez(path, x_train=IMAGES, y_train=numbers, x_test=IMAGES[:2], y_test=strings)
    return path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_labels_counts_sizes_and_splits_are_printed(call: Call, digits: Path) -> None:
    done = call("data", "describe", "npz", "--data-dir", digits)
    assert done.code == 0
    assert done.out.splitlines() == [
        "source   npz digits.npz",
        "split    train",
        "splits   test, train",
        "glyphs   6, grey",
        "size     5 px high, 4 px wide",
        "writers  not recorded",
        "labels   3, 2 glyphs each",
        "         0, 3, 10",
    ]


def test_another_split_and_parameters_may_be_given(call: Call, digits: Path) -> None:
    done = call("data", "describe", "npz", "--data-dir", digits, "--source-split", "testing")
    assert done.out.splitlines()[-1] == "         'a\\u200bb', 'big cat'"
    parameters = ("--set", "source.parameters.transpose=true")
    assert "4 px high, 5 px wide" in call(*describe(digits), *parameters).out


def describe(digits: Path) -> tuple[object, ...]:
    return "data", "describe", "npz", "--data-dir", digits


def test_json_has_everything(call: Call, digits: Path) -> None:
    found = json.loads(call(*describe(digits), "--json").out)
    assert len(found.pop("fingerprint")) == 64
    assert found == {
        "source": "npz digits.npz",
        "split": "train",
        "splits": ["test", "train"],
        "glyphs": 6,
        "paths": False,
        "height": 5,
        "min_width": 4,
        "max_width": 4,
        "colour": False,
        "labels": {"0": 2, "3": 2, "10": 2},
        "writers": None,
        "left_out": 0,
    }


def test_labels_with_unequal_counts_have_a_line_each(call: Call) -> None:
    lines = call("data", "describe", "mnist", "--source-split", "test").out.splitlines()
    assert lines[3:5] == ["glyphs   10,000, grey", "size     28 px high, 28 px wide"]
    assert lines[6:9] == ["labels   10", "         0    980", "         1  1,135"]


def test_many_labels_are_cut(call: Call, tmp_path: Path) -> None:
    labels = np.array([*range(45), 0])
    np.savez(tmp_path / "many.npz", x_train=np.ones((46, 3, 3)), y_train=labels)
    lines = call("data", "describe", "npz", "--data-dir", tmp_path / "many.npz").out.splitlines()
    assert lines[-2:] == ["         39  1", "         and 5 more"]


def test_writers_are_counted(call: Call, shared_data: Path) -> None:
    done = call("data", "describe", "qmnist", "--data-dir", shared_data / "qmnist")
    assert "writers  539" in done.out.splitlines()


def test_unknown_sources_and_files_are_refused(refused: Any, call: Call, tmp_path: Path) -> None:
    assert "unknown source 'mnst'; did you mean 'mnist'" in refused("data", "describe", "mnst")
    done = call("data", "describe", "csv", "--data-dir", tmp_path / "nowhere.csv")
    assert done.code == 2
    assert "no such file" in done.err


def test_the_cache_is_shown_by_source_and_size(call: Call, digits: Path, cache: Path) -> None:
    assert call("data", "cache").out == f"{cache}: 0 entries, 0 B\n"
    call(*describe(digits))
    head, entry = call("data", "cache").out.splitlines()
    assert head.startswith(f"{cache}: 1 entry, ")
    assert "kB  npz digits.npz  (used 20" in entry
    (found,) = json.loads(call("data", "cache", "--json").out)["entries"]
    assert (found["source"], found["state"]) == ("npz digits.npz", "usable")
    assert Path(found["path"]).parent == cache / "banks"


def test_the_cache_is_cleared(call: Call, digits: Path, cache: Path) -> None:
    call(*describe(digits))
    assert "removed 0 entries, 0 B" in call("data", "cache", "--clear", "--older-than", "30d").out
    assert "removed 1 entry, " in call("data", "cache", "--clear").out
    assert list((cache / "banks").iterdir()) == []


def test_entries_of_old_layouts_are_removed_whenever_it_is_shown(call: Call, cache: Path) -> None:
    (cache / "banks" / "1-old").mkdir(parents=True)
    assert call("data", "cache").out.startswith("removed from an old layout: 1 entry, ")
    assert list((cache / "banks").iterdir()) == []


@pytest.mark.parametrize("age", ["3", "d", "-1d", "1y", ""])
def test_an_age_is_a_number_with_a_unit(refused: Any, age: str) -> None:
    message = refused("data", "cache", "--older-than", age)
    assert "is not an age; give a number with m, h, d or w, as in 30d" in message


def test_pen_paths_have_no_size_in_pixels(call: Call) -> None:
    done = call("data", "describe", "pendigits", "--source-split", "test")
    assert done.out.splitlines()[:5] == [
        "source   pendigits",
        "split    test",
        "splits   train, test",
        "glyphs   3,498, pen paths",
        "writers  14",
    ]
