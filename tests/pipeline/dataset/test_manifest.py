"""The manifest: complete, fast for many shards, and checked key by key when it is read."""

from __future__ import annotations

import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import contents, make, manifest, plan, random_input, row_input

import mnistseq
from mnistseq.core.randomness import ALGORITHM
from mnistseq.pipeline.dataset.manifest import (
    FileRecord,
    Manifest,
    is_intact,
    manifest_bytes,
    parse_manifest,
    parse_plan,
    parse_receipt,
)
from mnistseq.pipeline.shards.layout import Shard
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.durability import measure


def test_it_records_the_request_and_all_files(tmp_path: Path) -> None:
    given = row_input(tmp_path / "r.csv", "sequence,count\n123,30\nx,1\n", skip=True)
    config = {"spacing": {"max": 9}, "image": {"width": 140}}
    planned = plan(
        tmp_path / "out",
        given,
        config=config,
        split="a=0.6,b=0.4",
        format_name="files",
        seed=2**64 - 1,
    )
    make(planned)
    found = manifest(tmp_path / "out")
    assert found["mnistseq"] == mnistseq.__version__
    assert found["algorithm"] == ALGORITHM
    assert found["plugins"] == {}
    assert found["seed"] == 2**64 - 1
    assert found["config"] == json.loads(json.dumps(planned.request.config.to_dict()))
    assert [terms["licence"] for terms in found["source"].pop("terms")] == ["CC-BY-SA-3.0"]
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


def test_nothing_in_it_depends_on_time_or_folder(tmp_path: Path) -> None:
    for name in ("a", "b/c"):
        make(plan(tmp_path / name, row_input(tmp_path / f"{name[0]}.csv", "123\n45\n")))
    assert contents(tmp_path / "a") == contents(tmp_path / "b" / "c")


@pytest.mark.parametrize("content", ["123\n45\n", None])
def test_it_is_the_same_after_reading_and_writing(tmp_path: Path, content: str | None) -> None:
    given = None if content is None else row_input(tmp_path / "r.csv", content)
    planned = plan(tmp_path / "out", given, format_name="files", parameters={"labels": ["coco"]})
    make(planned)
    written = (tmp_path / "out" / "manifest.json").read_bytes()
    found = parse_manifest(written)
    assert manifest_bytes(found) == written
    assert found.to_json() == planned.record.to_json()
    assert parse_plan(json.dumps(planned.record.to_json()).encode()) == planned.record


def test_half_a_surrogate_pair_in_a_skipped_row_is_written(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    found = planned.record.to_json() | {
        "skipped": {"rows": 1, "first": [{"line": 2, "problem": "\ud800"}]}
    }
    record = parse_plan(json.dumps(found).encode())
    written = manifest_bytes(Manifest.of(record, [], []))
    assert parse_manifest(written).skipped.first[0].problem == "\ud800"


def test_a_hundred_thousand_shards_are_written_and_read_in_seconds(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out", random_input(100_000), shard_samples=1)
    began = time.process_time()
    tasks = list(planned.tasks({}))
    receipts = [Receipt.of(task.shard, 1000, "0" * 64) for task in reversed(tasks)]
    content = manifest_bytes(Manifest.of(planned.record, [], receipts))
    found = parse_manifest(content)
    assert time.process_time() - began < 8
    assert [receipt.shard for receipt in found.shards] == [task.shard for task in tasks]
    assert len(content) < 20_000_000


def test_a_receipt_is_the_same_after_writing_and_reading() -> None:
    for tag in (None, '"an-etag"'):
        receipt = Receipt.of(Shard("train-00000.tar", "train", 0, 5), 1000, "0" * 64, tag)
        assert parse_receipt(json.loads(json.dumps(receipt.to_json()))) == receipt
    assert "tag" not in Receipt.of(receipt.shard, 1000, "0" * 64).to_json()
    assert "made" not in receipt.to_json()


def test_it_contains_a_hash_of_everything_else(tmp_path: Path) -> None:
    """Canonical JSON: keys sorted, no blanks, ASCII. Anyone can recompute it."""
    rows = row_input(tmp_path / "r.csv", "sequence,count\n123,3\n\u00e9\U0001f600,1\n", skip=True)
    make(plan(tmp_path / "out", rows))
    content = (tmp_path / "out" / "manifest.json").read_bytes()
    values = json.loads(content)
    recorded = values.pop("content_sha256")
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    assert recorded == sha256(canonical.encode("ascii")).hexdigest()
    assert is_intact(content)
    assert is_intact(json.dumps(values).encode())
    for key, value in (("seed", 2), ("later", None)):
        changed = {**values, "content_sha256": recorded, key: value}
        assert not is_intact(json.dumps(changed).encode())


def test_a_file_of_many_empty_lists_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ValueError, match=r"^it has too many lists and tables$"):
        parse_manifest(b"[" + b"[]," * 1_000_000 + b"1]")


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a/../b", "", "a//b", "a\\b", "C:x", ".", "a/./b", "...", "a\0", "\ud800"],
)
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    receipt = Receipt.of(Shard(name, "train", 0, 1), 1, "0" * 64)
    with pytest.raises(ValueError, match="is not a valid name in a data set"):
        parse_receipt(receipt.to_json())
    record = plan(tmp_path / "out").record
    for files, shards in (([FileRecord(name, 1, "0" * 64)], []), ([], [receipt])):
        content = manifest_bytes(Manifest.of(record, files, shards))
        with pytest.raises(ValueError, match="is not a valid name in a data set"):
            parse_manifest(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is not JSON: "),
        (b"{", "it is not JSON: "),
        (b"\xff", "it is not JSON: "),
        (b"[" * 100_000, "it is (not JSON|nested too deeply)"),
        (b"[]", r"it is \[\]: should be a table of keys and values"),
        (b"1", "it is 1: should be a table of keys and values"),
        (
            b'{"mnistseq": "1"}',
            "it has no algorithm; it has no plugins; it has no seed and 13 more",
        ),
        (b'{"shards": null, "mnistseq": "1"}', "it has no algorithm"),
    ],
)
def test_other_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        parse_manifest(content)


@pytest.mark.parametrize("key", ["algorithm", "seed", "config", "input", "shards", "files"])
def test_a_manifest_without_a_key_is_refused(tmp_path: Path, key: str) -> None:
    found = _as_json(plan(tmp_path / "out").record.to_json())
    del found[key]
    with pytest.raises(ValueError, match=f"^it has no {key}$"):
        parse_manifest(json.dumps(found).encode())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "seed is -1: should be greater than or equal to 0"),
        ({"seed": 2**64}, "should be less than or equal to 18446744073709551615"),
        ({"seed": "7"}, 'seed is "7": should be a valid integer'),
        ({"seed": True}, "seed is true: should be a valid integer"),
        ({"shares": {"a": 0.5}}, "there are shares of a, but splits train"),
        ({"shares": {"train": 0.9}}, "shares add up to 0.9, not to 1"),
        ({"shares": {"train": 1.5}}, "shares.train is 1.5: should be less than or equal to 1"),
        ({"shares": {"train": "1"}}, 'shares.train is "1": should be a valid number'),
        ({"shards": [3]}, "shards.0 is 3: should be a table of keys and values"),
        ({"shards": {}}, "shards is {}: should be a list"),
        ({"files": [{"name": "x"}]}, "it has no files.0.bytes; it has no files.0.sha256"),
        (
            {"files": [{"name": "x", "bytes": 1, "sha256": "0"}]},
            'files.0.sha256 is "0": should be a SHA-256 of 64 hexadecimal digits',
        ),
        ({"input": {"kind": "wish"}}, "does not match any of the expected tags: 'drawn', 'rows'"),
        ({"input": {}}, "input is {}: should have a kind"),
        ({"config": None}, "config is null: should be a table of keys and values"),
        ({"format": {"name": 3, "parameters": {}, "suffix": ""}}, "format.name is 3: should be a"),
        (
            {"format": {"name": "x", "parameters": {}, "suffix": "/../x"}},
            "'shard/../x' is not a valid name",
        ),
        ({"shard_samples": 0}, "shard_samples is 0: should be greater than or equal to 1"),
        ({"splits": []}, "splits is []: "),
        ({"samples": 1e400}, "samples is Infinity: "),
    ],
)
def test_a_fault_is_reported_with_its_key_and_value(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    found = _as_json(plan(tmp_path / "out").record.to_json()) | change
    with pytest.raises(ValueError) as error:  # noqa: PT011  # the whole message is compared below
        parse_manifest(json.dumps(found).encode())
    assert message in str(error.value)
    assert len(str(error.value)) < 600


def test_a_length_range_that_is_reversed_is_refused(tmp_path: Path) -> None:
    found = _as_json(plan(tmp_path / "out").record.to_json())
    found["input"] |= {"shortest": 5, "longest": 3}
    with pytest.raises(ValueError, match=r"^input: shortest 5 exceeds longest 3$"):
        parse_manifest(json.dumps(found).encode())


def test_the_number_of_samples_must_be_that_of_the_splits(tmp_path: Path) -> None:
    found = _as_json(plan(tmp_path / "out").record.to_json())
    found["input"]["samples"] = 61
    with pytest.raises(ValueError, match=r"^splits have 60 samples, but input.samples is another"):
        parse_manifest(json.dumps(found).encode())


def _as_json(record: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest of a plan without shards."""
    return record | {"files": [], "samples": 0, "bytes": 0, "shards": []}
