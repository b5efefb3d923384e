"""Writers: one for each image, none in two splits, and all in the records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from mnistseq import GlyphBank
from mnistseq.sources.qmnist import Qmnist


@pytest.fixture(scope="module")
def labels(shared_data: Path) -> str:
    return str(shared_data / "qmnist")


@pytest.fixture(scope="module")
def bank(labels: str) -> GlyphBank:
    return Qmnist().load("train", labels)


def records(folder: Path) -> list[dict[str, list[int]]]:
    """Return the records of all samples."""
    paths = sorted(folder.rglob("metadata.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def test_the_labels_of_an_image_have_its_writer(
    call: Call, folder: Path, labels: str, bank: GlyphBank
) -> None:
    command = ["generate", "0123456789", "--source", "qmnist", "--data-dir", labels, "--metadata"]
    assert call(*command, "--writer", "one", "-n", "5", "--seed", "1", "-o", ".").code == 0
    described = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    assert len(described) == 5
    assert bank.writers is not None
    for one in described:
        assert set(bank.writers[one["glyph_ids"]].tolist()) == {one["writer"]}
    assert len({one["writer"] for one in described}) > 1
    assert call(*command, "--writer", "any", "--seed", "1", "-o", "any.png").code == 0
    assert json.loads((folder / "any.json").read_text())["writer"] is None


@pytest.mark.parametrize("writer", ["one", "any"])
def test_no_writer_is_in_two_splits(
    call: Call, folder: Path, labels: str, bank: GlyphBank, writer: str
) -> None:
    done = call(
        *(
            "batch",
            "--count",
            "2000",
            "--source",
            "qmnist",
            "--data-dir",
            labels,
            "--writer",
            writer,
        ),
        *("--split", "train=0.9,val=0.1", "--disjoint", "writer", "--length", "4"),
        *("--seed", "1", "-j", "1", "-o", "set"),
    )
    assert done.code == 0, done.err
    assert bank.writers is not None
    writers = {}
    for split in ("train", "val"):
        samples = records(folder / "set" / split)
        assert len(samples) == {"train": 1800, "val": 200}[split]
        for sample in samples:
            assert sample["writers"] == bank.writers[sample["glyph_ids"]].tolist()
            assert writer == "any" or len(set(sample["writers"])) == 1
        writers[split] = {one for sample in samples for one in sample["writers"]}
    assert not writers["train"] & writers["val"]
    assert len(writers["train"]) > 400
    assert 40 < len(writers["val"]) <= 54
    manifest = json.loads((folder / "set" / "manifest.json").read_text())
    assert manifest["disjoint"] == "writer"


def test_splits_disjoint_by_glyph_share_writers(call: Call, folder: Path, labels: str) -> None:
    done = call(
        *("batch", "--count", "2000", "--source", "qmnist", "--data-dir", labels),
        *("--split", "train=0.5,val=0.5", "--length", "4", "--seed", "1", "-j", "1", "-o", "set"),
    )
    assert done.code == 0, done.err
    train, val = (records(folder / "set" / split) for split in ("train", "val"))
    writers, glyphs = (
        [{one for sample in samples for one in sample[key]} for samples in (train, val)]
        for key in ("writers", "glyph_ids")
    )
    assert len(writers[0] & writers[1]) > 400
    assert not glyphs[0] & glyphs[1]


def test_splits_by_writer_need_writer_ids(call: Call, folder: Path, without_writers: Path) -> None:
    done = call(
        *("batch", "--count", "20", "--split", "train=0.9,val=0.1", "--disjoint", "writer"),
        *("--source", "npz", "--data-dir", without_writers),
        *("--seed", "1", "-j", "1", "-o", "set"),
    )
    assert done.code == 2
    assert (
        "splits cannot be disjoint by writer: take a source with writer ids, such as mnist"
        in done.err
    )
    assert not (folder / "set").exists()


def test_a_split_without_any_writer_is_refused(call: Call, folder: Path, labels: str) -> None:
    done = call(
        *("batch", "--count", "20", "--source", "qmnist", "--data-dir", labels, "--writer", "one"),
        *("--split", "train=0.9999,val=0.0001", "--disjoint", "writer"),
        *("--seed", "1", "-j", "1", "-o", "set"),
    )
    assert done.code == 2
    assert "split val would have no glyph of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9: give it" in done.err
    assert not list(folder.iterdir())
