"""``make_dataset`` makes what the command makes, and refuses arguments that contradict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import contents, make, manifest, plan, random_input

from mnistseq import Config, make_dataset
from mnistseq.cli import main
from mnistseq.errors import ArgumentError, DatasetExistsError
from mnistseq.executors.serial import Serial


def test_a_data_set_is_that_of_its_plan(tmp_path: Path) -> None:
    make(plan(tmp_path / "planned", random_input(30), split="train=0.8,val=0.2"))
    seen: list[str] = []
    summary = make_dataset(
        Config(),
        tmp_path / "made",
        count=30,
        length="3-6",
        seed=7,
        format="webdataset",
        split={"train": 0.8, "val": 0.2},
        shard_size=10,
        executor=Serial(),
        progress=lambda receipt: seen.append(receipt.name),
    )
    assert contents(tmp_path / "made") == contents(tmp_path / "planned")
    assert (summary.samples, summary.shards, summary.made) == (30, 4, 4)
    assert seen == ["train-00000.tar", "train-00001.tar", "train-00002.tar", "val-00000.tar"]


def test_the_command_makes_the_same(tmp_path: Path) -> None:
    options = ["--count", "12", "--width", "200", "--shards", "3", "--seed", "4", "-q", "-j", "1"]
    main(["batch", *options, "-o", str(tmp_path / "typed")], standalone_mode=False)
    config = {"image": {"width": 200}}
    make_dataset(config, tmp_path / "called", count=12, shards=3, seed=4, jobs=1)
    assert contents(tmp_path / "called") == contents(tmp_path / "typed")


def test_sequences_may_be_a_list(tmp_path: Path) -> None:
    make_dataset({}, tmp_path / "out", sequences=["350", ["0", "7"], (1, 2)], jobs=1)
    assert (tmp_path / "out" / "sequences.jsonl").read_text() == '"350"\n["0", "7"]\n["1", "2"]\n'
    labels = (tmp_path / "out" / "train" / "00000" / "metadata.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in labels] == ["350", "07", "12"]


def test_sequences_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("12\n345\n")
    assert make_dataset({}, tmp_path / "out", sequences=tmp_path / "r.csv", jobs=1).samples == 2


def test_a_resumed_data_set_keeps_its_seed(tmp_path: Path) -> None:
    make_dataset({}, tmp_path / "out", count=4, jobs=1)
    seed = manifest(tmp_path / "out")["seed"]
    assert make_dataset({}, tmp_path / "out", count=4, jobs=1, resume=True).made == 0
    assert manifest(tmp_path / "out")["seed"] == seed


def test_an_existing_data_set_is_kept_or_replaced_on_request(tmp_path: Path) -> None:
    make_dataset({}, tmp_path / "out", count=4, jobs=1)
    with pytest.raises(DatasetExistsError):
        make_dataset({}, tmp_path / "out", count=5, jobs=1)
    assert make_dataset({}, tmp_path / "out", count=5, jobs=1, force=True).samples == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either of `sequences` or of `count`"),
        ({"count": 1, "sequences": ["1"]}, "either of `sequences` or of `count`"),
        ({"count": 0}, "count is 0, but must be at least 1"),
        ({"sequences": ["1"], "balance": True}, "balance has no effect on sequences"),
        ({"sequences": ["1"], "pattern": "1"}, "pattern has no effect on sequences"),
        ({"count": 1, "skip_bad": True}, "skip_bad applies only to sequences or a pattern"),
        ({"count": 1, "input_format": "csv"}, "input_format applies only to a file of sequences"),
        ({"sequences": ["1"], "repeat": 0}, "repeat is 0, but must be at least 1"),
        ({"count": 1, "pattern": "1", "length": 3}, "length has no effect on pattern"),
        ({"count": 1, "resume": True, "force": True}, "resume keeps an existing data set"),
        ({"count": 1, "shards": 1, "shard_size": 1}, "both 1 shards and 1 samples in a shard"),
        ({"count": 1, "format_options": {"quality": 9}}, "format option quality=9"),
        ({"count": 1, "executor": Serial(), "jobs": 2}, "jobs has no effect on an executor"),
        ({"count": 1, "disjoint": "text"}, "one split, train, so disjoint text has no effect"),
        ({"count": 1, "split": {"a": 0.5}}, "the shares add up to 0.5"),
    ],
)
def test_contradicting_arguments_are_refused(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        make_dataset({}, tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_rows_are_read_as_by_the_command(tmp_path: Path) -> None:
    path = tmp_path / "rows.data"
    path.write_text("12;x\n345\n")
    options = ["--input-format", "txt", "--repeat", "2", "--skip-bad", "--seed", "4", "-q"]
    main(["batch", str(path), *options, "-o", str(tmp_path / "typed")], standalone_mode=False)
    read: dict[str, Any] = {"input_format": "txt", "repeat": 2, "skip_bad": True, "seed": 4}
    summary = make_dataset({}, tmp_path / "called", sequences=path, jobs=1, **read)
    assert (summary.samples, summary.skipped) == (2, 1)
    assert contents(tmp_path / "called") == contents(tmp_path / "typed")


def test_sequences_of_a_list_are_repeated_and_bad_ones_skipped(tmp_path: Path) -> None:
    given: dict[str, Any] = {"sequences": ["12", "x"], "repeat": 3, "skip_bad": True}
    summary = make_dataset({}, tmp_path / "out", jobs=1, **given)
    assert (summary.samples, summary.skipped) == (3, 1)


def test_columns_and_names_are_those_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("id,post\na,123\nb,045\n")
    options = ["--column", "post", "--keep", "id", "--name", "{text}_{index}", "--seed", "4", "-q"]
    main(["batch", str(path), *options, "-o", str(tmp_path / "typed")], standalone_mode=False)
    named: dict[str, Any] = {"column": "post", "keep": ["id"], "name": "{text}_{index}"}
    make_dataset({}, tmp_path / "called", sequences=path, seed=4, jobs=1, **named)
    assert contents(tmp_path / "called") == contents(tmp_path / "typed")
    with pytest.raises(ArgumentError, match="keep applies only to a file of sequences; leave it"):
        make_dataset({}, tmp_path / "out", count=3, keep=["id"])
