"""Commands on data sets that were changed: one message, an exit code, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Call
from tests.datasets import contents, manifest

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
def test_a_damaged_manifest_is_refused_with_its_key(
    refused: Callable[..., str], out: Path, way: str, change: dict[str, Any]
) -> None:
    (out / "manifest.json").write_text(json.dumps(manifest(out) | change))
    message = refused(*WAYS[way], code=1)
    assert message.startswith("Error: out/manifest.json: is not a manifest of mnistseq, or is dam")
    assert message.count("\n") == 1
    (key,) = change
    assert key in message
    advice = "restore the one" if way in {"verify", "redraw", "remake"} else "choose another"
    assert advice in message


@pytest.mark.parametrize("way", ["redraw", "remake"])
def test_a_damaged_config_is_refused_with_its_key(
    refused: Callable[..., str], out: Path, way: str
) -> None:
    found = manifest(out)
    found["config"]["spacing"]["max"] = "wide"
    (out / "manifest.json").write_text(json.dumps(found))
    assert refused(*WAYS[way], code=2).startswith(
        'Error: out/manifest.json: config: spacing.max: "wide" is not allowed; give a whole number'
    )


@pytest.mark.parametrize("content", ["", "[", "3", "{}", '{"seed": 1}'])
def test_a_damaged_plan_is_refused_and_nothing_is_removed(
    call: Call, out: Path, content: str
) -> None:
    whole = contents(out)
    (out / "manifest.json").unlink()
    (out / ".mnistseq").mkdir()
    (out / ".mnistseq" / "plan.json").write_text(content)
    for way in ("batch", "resume", "seedless", "force"):
        done = call(*WAYS[way])
        assert done.code == 1
        assert "Traceback" not in done.err
        assert done.err.startswith(
            "Error: out/.mnistseq/plan.json: is the damaged plan of an unfinished data set (it "
        )
        assert done.err.endswith("; remove the folder, or choose another\n")
    for name in contents(out):
        (out / name).unlink()
    (out / ".mnistseq").rmdir()
    assert call(*WAYS["force"]).code == 0
    assert contents(out) == whole


def test_damaged_lines_of_the_journal_are_made_again(call: Call, out: Path) -> None:
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
        "Error: out contains an unfinished data set, which has no manifest.json; resume it first\n"
    )
    assert call(*WAYS["resume"]).code == 0
    assert contents(out) == whole
