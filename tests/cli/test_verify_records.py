"""``mnistseq verify --redraw``: what was said of samples, and forged together with the hashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.conftest import Call
from tests.cli.test_verify import faults, forge, make, repaired

__all__ = ["make"]

ALL = "paddle,doctr,gttxt,coco,yolo"


def forged_json(out: Path) -> str:
    def change(members: dict[str, bytes]) -> None:
        record = json.loads(members["000000023.json"])
        record["objects"]["bbox"][0][0] += 1
        record["glyph_ids"][0] += 1
        members["000000023.json"] = json.dumps(record).encode()

    forge(out, 23, change)
    return "train-00002.tar, sample 23: says another bbox, glyph_ids than was drawn"


def forged_lines(out: Path) -> str:
    path = out / "train" / "00001" / "metadata.jsonl"
    first, *rest = path.read_text("ascii").splitlines()
    record = json.loads(first)
    record["seed"] = "2"
    path.write_text("\n".join([json.dumps(record), *rest]) + "\n", "ascii")
    return "train/00001, sample 10: says another seed than was drawn"


def forged_array(out: Path) -> str:
    path = out / "train" / "00000" / "ink_boxes.npy"
    boxes = np.load(path)
    boxes[0, 0] += 1
    np.save(path, boxes)
    return "train/00000, sample 0: says another ink_boxes than was drawn"


def forged_table(out: Path) -> str:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = out / "train-00003.parquet"
    table = pq.read_table(path)
    rows: list[dict[str, Any]] = table.to_pylist()
    rows[9]["glyph_ids"][0] += 1
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    return "train-00003.parquet, sample 39: says another glyph_ids than was drawn"


def forged_values(out: Path) -> str:
    lmdb = pytest.importorskip("lmdb")
    path = out / "train" / "00002"
    with lmdb.open(str(path), lock=False) as environment, environment.begin(write=True) as write:
        record = json.loads(write.get(b"meta-000000004"))
        record["objects"]["ink_bbox"][1][2] += 1
        write.put(b"meta-000000004", json.dumps(record).encode())
    return "train/00002, sample 23: says another ink_bbox than was drawn"


@pytest.mark.parametrize(
    ("form", "forge_one"),
    [
        ("webdataset", forged_json),
        ("files", forged_lines),
        ("npy", forged_array),
        ("parquet", forged_table),
        ("lmdb", forged_values),
    ],
)
def test_what_is_said_of_a_sample(
    make: Callable[..., Path], call: Call, form: str, forge_one: Callable[[Path], str]
) -> None:
    out = make(form)
    fault = forge_one(out)
    repaired(out)
    assert call("verify", "out").code == 0
    assert faults(call("verify", "out", "--redraw", "100%")) == [fault]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (
            "train/00000/000000003.gt.txt",
            "train/00000, sample 3: says another gttxt than was drawn",
        ),
        ("train/00000/000000003.txt", "train/00000, sample 3: says another yolo than was drawn"),
        ("dict.txt", "dict.txt: is not what the shards come to"),
        ("rec_gt_train.txt", "rec_gt_train.txt: is not what the shards come to"),
        ("instances_train.json", "instances_train.json: is not what the shards come to"),
        ("data.yaml", "data.yaml: is not what the shards come to"),
        ("train/labels.json", "train/labels.json: is not what the shards come to"),
    ],
)
def test_label_files(make: Callable[..., Path], call: Call, name: str, fault: str) -> None:
    out = make("files", "--labels", ALL)
    assert call("verify", "out", "--redraw", "100%").code == 0
    content = (out / name).read_bytes()
    (out / name).write_bytes(content[:-2] + b"7" + content[-1:])
    repaired(out)
    assert call("verify", "out").code == 0
    assert faults(call("verify", "out", "--redraw", "100%")) == [fault]


@pytest.mark.parametrize("key", ["samples", "bytes"])
def test_sums(make: Callable[..., Path], call: Call, key: str) -> None:
    out = make()
    found = json.loads((out / "manifest.json").read_text())
    total = found[key]
    found[key] = 5
    (out / "manifest.json").write_text(json.dumps(found))
    told = f"manifest.json: says 5 {key} in all, its shards come to {total}"
    assert faults(call("verify", "out")) == [told]


@pytest.mark.parametrize("form", ["files", "webdataset", "parquet", "lmdb"])
def test_nothing_where_nothing_was_altered(call: Call, folder: Path, form: str) -> None:
    """Images as wide as they come, as JPEG, with names, of rows in splits."""
    (folder / "r.csv").write_text(
        "sequence,name\n" + "".join(f"{n:03d},sample-{n}\n" for n in range(60))
    )
    options = ("--format", form, "--shard-size", 7, "--split", "a=0.7,b=0.3", "-j", 1)
    made = call("batch", "r.csv", "-o", "out", "--image-format", "jpg", "--seed", 1, *options)
    assert made.code == 0, made.err
    for share in ("100%", "20%"):
        done = call("verify", "out", "--redraw", share)
        assert (done.code, done.out) == (0, "out: all is as the manifest says\n")
