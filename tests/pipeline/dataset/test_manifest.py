"""The manifest: complete, quick for many shards, and trusted no further than it has to be."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.sets import contents, drawn, make, manifest, plan, rows

import mnistseq
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import SourceError
from mnistseq.pipeline.dataset.manifest import (
    differences,
    manifest_bytes,
    read_manifest,
    receipt_from_json,
    receipt_to_json,
)
from mnistseq.pipeline.shards.layout import Shard
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.durability import measure


def test_it_says_all_there_is_to_say(tmp_path: Path) -> None:
    given = rows(tmp_path / "r.csv", "sequence,count\n123,30\nx,1\n", skip=True)
    config = {"spacing": {"max": 9}, "image": {"width": 140}}
    planned = plan(
        tmp_path / "out", given, config=config, split="a=0.6,b=0.4", form="files", seed=2**64 - 1
    )
    make(planned)
    found = manifest(tmp_path / "out")
    assert found["mnistseq"] == mnistseq.__version__
    assert found["algorithm"] == ALGORITHM
    assert found["plugins"] == {}
    assert found["seed"] == 2**64 - 1
    assert found["config"] == json.loads(json.dumps(planned.batch.config.to_dict()))
    assert found["source"] == {
        "name": "mnist",
        "glyphs": 60_000,
        "fingerprint": planned.composer.bank.fingerprint,
    }
    size, digest = measure(tmp_path / "r.csv")
    assert found["input"] == {
        "kind": "rows", "format": "csv", "bytes": size, "sha256": digest, "repeat": 1,
        "skip_bad": True,
    }  # fmt: skip
    assert found["skipped"]["rows"] == 1
    assert found["format"]["name"] == "files"
    assert found["format"]["parameters"]["compression"] in {"zlib", "isal"}
    assert found["shares"] == {"a": 0.6, "b": 0.4}
    assert found["disjoint"] == "glyph"
    assert found["shard_samples"] == 10
    assert found["samples"] == 30 == sum(item["samples"] for item in found["splits"])
    assert found["bytes"] == sum(item["bytes"] for item in found["shards"])
    assert [item["first"] for item in found["shards"]] == sorted(
        item["first"] for item in found["shards"]
    )
    for item in found["shards"] + found["files"]:
        path = tmp_path / "out" / item["name"]
        assert (item["bytes"], item["sha256"]) == measure(path)
    listed = {item["name"] for item in found["files"]} | {"manifest.json"}
    for name in contents(tmp_path / "out"):
        assert name in listed or "/".join(name.split("/")[:2]) in {
            item["name"] for item in found["shards"]
        }


def test_nothing_in_it_hangs_on_time_or_place(tmp_path: Path) -> None:
    for name in ("a", "b/c"):
        make(plan(tmp_path / name, rows(tmp_path / f"{name[0]}.csv", "123\n45\n")))
    assert contents(tmp_path / "a") == contents(tmp_path / "b" / "c")


def test_a_hundred_thousand_shards(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out", drawn(100_000), shard=1)
    began = time.process_time()
    tasks = list(planned.tasks({}))
    receipts = [Receipt(task.shard, 1000, "0" * 64) for task in reversed(tasks)]
    content = manifest_bytes({**planned.description, "files": []}, receipts)
    found = read_manifest(content, "it")
    known = [receipt_from_json(item) for item in found["shards"]]
    assert time.process_time() - began < 8
    assert [receipt.shard for receipt in known] == [task.shard for task in tasks]
    assert len(content) < 20_000_000


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a/../b", "", "a//b", "a\\b", "C:x", ".", "a/./b", "...", "a\0", "\ud800"],
)
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    line = receipt_to_json(Receipt(Shard(name, "train", 0, 1), 1, "0" * 64))
    with pytest.raises(ValueError, match="is no name in a data set"):
        receipt_from_json(line)
    make(plan(tmp_path / "out"))
    for key in ("shards", "files"):
        found = manifest(tmp_path / "out")
        found[key].append(line)
        with pytest.raises(SourceError, match="is no name in a data set"):
            read_manifest(json.dumps(found).encode(), "it")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"1", b"\xff", b'{"mnistseq": "1"}', b'{"shards": null, "mnistseq": "1"}'],
)
def test_other_files_are_refused(content: bytes) -> None:
    message = r"^it: is not a manifest of mnistseq, or a damaged one \(it .*\); put the one back"
    with pytest.raises(SourceError, match=message):
        read_manifest(content, "it")


@pytest.mark.parametrize("key", ["algorithm", "seed", "config", "input", "shards", "files"])
def test_a_manifest_with_a_hole_is_refused(tmp_path: Path, key: str) -> None:
    make(plan(tmp_path / "out"))
    found = manifest(tmp_path / "out")
    del found[key]
    with pytest.raises(SourceError, match=f"it has no {key}"):
        read_manifest(json.dumps(found).encode(), "it")


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["a.b: 1, now 2"]),
        ({"a": 1}, {"c": 1}, ["a: 1, now null", "c: null, now 1"]),
        ({"a": [1] * 99}, {"a": [2] * 99}, None),
        ({"a": {"b": 1}}, {"a": {"b": 1}}, []),
    ],
)
def test_differences(old: Any, new: Any, lines: list[str] | None) -> None:
    found = differences(old, new)
    if lines is None:
        assert len(found) == 1
        assert len(found[0]) < 200
    else:
        assert found == lines
