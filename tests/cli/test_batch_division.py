"""``mnistseq batch``: how samples are divided among shards and splits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.datasets import contents, manifest

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


def test_a_larger_count_makes_a_data_set_grow(call: Call, folder: Path) -> None:
    small = ("--shard-size", 4, "-j", 1, "--progress", "off")
    assert call("batch", "--count", 10, "--seed", 3, "-o", "out", *small).code == 0
    done = call("batch", "--count", 14, "--resume", "--dry-run", "-o", "out", *small)
    assert "14 images (8 exist) in 4 shards" in done.out
    done = call("batch", "--count", 14, "--resume", "-o", "out", *small)
    assert "out: 14 images in 4 shards (2 made now)" in done.out
    assert call("batch", "--count", 14, "--seed", 3, "-o", "whole", *small).code == 0
    assert contents(folder / "out") == contents(folder / "whole")


def test_a_data_set_that_cannot_grow(call: Call) -> None:
    assert call("batch", "--count", 10, "--balance", *QUICK).code == 0
    done = call("batch", "--count", 14, "--resume", "--balance", *QUICK)
    assert done.code == 2
    assert "--count was 10, now 14; labels are balanced over the number of samples" in done.err


def test_a_data_set_of_a_pattern_grows(call: Call) -> None:
    pattern = ("--pattern", "[1-9]{1,3}")
    assert call("batch", "--count", 10, *pattern, *QUICK).code == 0
    done = call("batch", "--count", 14, "--resume", *pattern, *QUICK)
    assert "14 images" in done.out
    done = call("batch", "--count", 14, "--resume", "--pattern", "[1-9]{2}", *QUICK)
    assert (
        "the sequences are different; a data set can grow only by sequences after the earlier ones"
        in done.err
    )


def test_no_text_is_in_two_splits(call: Call, folder: Path) -> None:
    texts = ("--length", "2", "--split", "train=0.5,val=0.5", "--disjoint", "text")
    assert call("batch", "--count", 60, *texts, *QUICK).code == 0
    train, val = (
        {
            json.loads(line)["text"]
            for line in (folder / f"out/{split}/00000/metadata.jsonl").read_text().splitlines()
        }
        for split in ("train", "val")
    )
    assert len(train) > 1
    assert len(val) > 1
    assert train.isdisjoint(val)
