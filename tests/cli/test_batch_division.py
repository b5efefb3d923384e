"""``mnistseq batch``: how samples are divided among shards and splits."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.pipeline.sets import manifest

QUICK = ("--seed", 3, "-j", 1, "--progress", "off", "-o", "out")


@pytest.mark.parametrize(
    ("split", "sizes"),
    [("train=1", [5, 5, 5, 5]), ("train=0.7,val=0.3", [5, 5, 4, 5, 1])],
)
def test_a_number_of_shards_is_that_of_all_splits(
    call: Call, folder: Path, split: str, sizes: list[int]
) -> None:
    done = call("batch", "--count", 20, "--split", split, "--shards", len(sizes), *QUICK)
    assert done.code == 0, done.err
    assert [shard["samples"] for shard in manifest(folder / "out")["shards"]] == sizes
    assert manifest(folder / "out")["shard_samples"] == 5


def test_named_rows_are_divided_into_shards(call: Call, folder: Path) -> None:
    rows = "".join(f"{number},row{number}\n" for number in range(30, 42))
    (folder / "r.csv").write_text(f"sequence,name\n{rows}")
    done = call("batch", "r.csv", "--shards", 3, *QUICK)
    assert done.code == 0, done.err
    assert [shard["samples"] for shard in manifest(folder / "out")["shards"]] == [4, 4, 4]


def test_number_and_size_of_shards_contradict_each_other(call: Call, folder: Path) -> None:
    done = call("batch", "--count", 20, "--shards", 2, "--shard-size", 10, *QUICK)
    assert done.code == 2
    assert "--shard-size and --shards contradict each other; give one of them" in done.err
    assert not (folder / "out").exists()


def test_a_number_of_shards_that_is_not_possible(call: Call, folder: Path) -> None:
    done = call("batch", "--count", 10, "--shards", 6, *QUICK)
    assert done.code == 2
    assert "ask for 5 shards of 2 images or 10 of 1 image" in done.err
    assert not (folder / "out").exists()
