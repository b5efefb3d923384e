"""Data sets that somebody changed, by the command: one message, an exit code, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Call
from tests.pipeline.sets import contents, manifest

ASKED = ("--count", 6, "--length", 3, "--seed", 1, "--format", "webdataset", "-j", 1)

WAYS = {
    "verify": ("verify", "out"),
    "redraw": ("verify", "out", "--redraw", "1%"),
    "remake": ("remake", "out", "-o", "again", "-j", 1),
    "batch": ("batch", *ASKED, "-o", "out"),
    "resume": ("batch", *ASKED, "-o", "out", "--resume"),
    "seedless": ("batch", "--count", 6, "-j", 1, "-o", "out", "--resume"),
    "force": ("batch", *ASKED, "-o", "out", "--force"),
}


@pytest.fixture
def out(call: Call, folder: Path) -> Path:
    assert call("batch", *ASKED, "-o", "out").code == 0
    return folder / "out"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "change",
    [
        {"seed": None}, {"seed": -1}, {"shares": {}}, {"shares": {"train": float("nan")}},
        {"splits": [{"name": "train"}]}, {"input": 3}, {"shards": [None]}, {"files": {}},
        {"format": {"name": "webdataset"}}, {"shard_samples": "x"}, {"bytes": 10**400},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_manifest(
    refused: Callable[..., str], out: Path, way: str, change: dict[str, Any]
) -> None:
    (out / "manifest.json").write_text(json.dumps(manifest(out) | change))
    message = refused(*WAYS[way], code=1)
    assert message.startswith("Error: out/manifest.json: is not a manifest of mnistseq, or a damag")
    assert message.count("\n") == 1
    (key,) = change
    assert key in message
    advice = "put the one back" if way in {"verify", "redraw", "remake"} else "give another"
    assert advice in message


@pytest.mark.parametrize("way", ["redraw", "remake"])
def test_a_config(refused: Callable[..., str], out: Path, way: str) -> None:
    found = manifest(out)
    found["config"]["spacing"]["max"] = "wide"
    (out / "manifest.json").write_text(json.dumps(found))
    assert refused(*WAYS[way], code=2).startswith(
        'Error: out/manifest.json: config: spacing.max: "wide" is not allowed; give a whole number'
    )


@pytest.mark.parametrize("content", ["", "[", "3", "{}", '{"seed": 1}'])
def test_a_plan(call: Call, out: Path, content: str) -> None:
    whole = contents(out)
    (out / "manifest.json").unlink()
    (out / ".mnistseq").mkdir()
    (out / ".mnistseq" / "plan.json").write_text(content)
    for way in ("batch", "resume", "seedless", "force"):
        done = call(*WAYS[way])
        assert done.code == 1
        assert "Traceback" not in done.err
        assert "out: a data set was begun there, but its plan, .mnistseq/plan.json, " in done.err
        assert "cannot be used (it " in done.err
        assert done.err.endswith("; remove the folder, or give another\n")
    for name in contents(out):
        (out / name).unlink()
    (out / ".mnistseq").rmdir()
    assert call(*WAYS["force"]).code == 0
    assert contents(out) == whole


def test_a_journal(call: Call, out: Path) -> None:
    whole = contents(out)
    found = manifest(out)
    for key in ("samples", "bytes", "files", "shards"):
        del found[key]
    (out / "manifest.json").unlink()
    (out / ".mnistseq").mkdir()
    (out / ".mnistseq" / "plan.json").write_text(json.dumps(found))
    (out / ".mnistseq" / "receipts.jsonl").write_text('3\n[]\nnull\n{"name": 3}\n{"name": "x"}\n')
    done = call(*WAYS["verify"])
    assert done.err == (
        "Error: out: has no manifest.json: the data set was begun and not finished; batch --resume "
        "finishes it\n"
    )
    assert call(*WAYS["resume"]).code == 0
    assert contents(out) == whole
