"""``mnistseq remake``: a data set made again from its manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Call, Process
from tests.datasets import contents, manifest

ROWS = "sequence,count\n123,7\n45,5\n"
FEW = ("--shard-size", 4, "--seed", 3, "-j", 1, "--progress", "off")


@pytest.fixture
def rows(folder: Path) -> Path:
    (folder / "r.csv").write_text(ROWS)
    return folder / "r.csv"


def change(out: Path, **values: Any) -> None:
    path = out / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize("given", ["rows", "drawn", "pattern", "standard input"])
@pytest.mark.parametrize("form", ["webdataset", "files"])
def test_a_data_set_made_again_has_the_same_bytes(
    call: Call, process: Process, rows: Path, folder: Path, given: str, form: str
) -> None:
    options: dict[str, list[Any]] = {
        "rows": [rows.name, "--repeat", 3],
        "drawn": ["--count", 40, "--balance", "--length", "2-5"],
        "pattern": ["--count", 40, "--pattern", r"\d{3,5}"],
        "standard input": ["-"],
    }
    more = ("--split", "train=0.7,val=0.3", "--max", 9, "--width", 200)
    done = process(
        *("batch", *options[given], "-o", "out", *FEW, *more, "--format", form),
        input=ROWS.encode(),
    )
    assert done.returncode == 0, done.stderr
    rows.unlink()
    again = call("remake", "out/manifest.json", "-o", "again", "-j", 1)
    assert again.code == 0, again
    assert contents(folder / "again") == contents(folder / "out")
    assert call("remake", "out", "-o", "again", "--resume", "--json").code == 0


def test_other_rows_than_the_original_are_refused(
    refused: Callable[..., str], call: Call, rows: Path
) -> None:
    call("batch", rows.name, "-o", "out", *FEW)
    (rows.parent / "out" / "sequences.csv").write_text("12\n")
    message = refused("remake", "out", "-o", "again", code=1)
    assert (
        "out/sequences.csv: is missing, or is not the file of sequences that the data set"
        in message
    )


def test_another_algorithm_is_refused(
    refused: Callable[..., str], call: Call, folder: Path
) -> None:
    call("batch", "--count", 5, "-o", "out", *FEW)
    change(folder / "out", algorithm=0)
    message = refused("remake", "out", "-o", "again", code=1)
    assert "was drawn by algorithm 0, but this version has 3: install mnistseq" in message


def test_other_glyphs_are_refused(refused: Callable[..., str], call: Call, folder: Path) -> None:
    call("batch", "--count", 5, "-o", "out", *FEW)
    change(folder / "out", source={"name": "mnist", "glyphs": 60_000, "fingerprint": "0"})
    message = refused("remake", "out", "-o", "again", code=1)
    assert "source mnist has other glyphs here than those that the data set was drawn" in message


def test_other_bytes_than_the_original_are_an_error(call: Call, folder: Path) -> None:
    call("batch", "--count", 5, "-o", "out", *FEW)
    found = manifest(folder / "out")
    found["shards"][1]["sha256"] = "0" * 64
    change(folder / "out", shards=found["shards"], mnistseq="0.0.1", plugins={"theirs": "3"})
    done = call("remake", "out", "-o", "again", "-j", 1)
    assert done.code == 1
    assert "again: was made, but 1 of 2 shards differ from those of out" in done.err
    assert "mnistseq is 0.1.0 here and 0.0.1 there" in done.err
    assert "theirs is not used here and 3 there" in done.err


@pytest.mark.parametrize(
    ("original", "message"),
    [
        ("none", "none does not exist"),
        ("none/manifest.json", "none does not exist"),
        ("r.csv", "r.csv is a file; give the folder of a data set, or its manifest.json"),
        (".", ". is not a data set of mnistseq: it has no manifest.json"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_what_is_not_a_data_set_is_refused(
    refused: Callable[..., str], original: str, message: str
) -> None:
    assert message in refused("remake", original, "-o", "again")


def test_batch_names_the_command_that_replaces_its_option(refused: Callable[..., str]) -> None:
    message = refused("batch", "--from", "out/manifest.json", "-o", "again")
    assert message == "Error: --from is now a command: mnistseq remake out/manifest.json -o DIR\n"


def test_a_dry_run_makes_nothing(call: Call, folder: Path) -> None:
    call("batch", "--count", 5, "-o", "out", *FEW)
    done = call("remake", "out", "-o", "again", "--dry-run")
    assert done.code == 0
    assert done.out.startswith("5 images in 2 shards, about ")
    assert not (folder / "again").exists()


def test_options_that_would_change_the_data_set_are_unknown(refused: Callable[..., str]) -> None:
    assert "No such option" in refused("remake", "out", "-o", "again", "--seed", 4)
    assert "unexpected extra argument" in refused("remake", "out", "r.csv", "-o", "again")
