"""``mnistseq verify``: files that are changed, missing or unexpected."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Call
from tests.cli.data_sets import FORMATS, Make, faults
from tests.datasets import contents, manifest

from mnistseq.pipeline.store.durability import measure

SLOW_AT_THIRD_SHARD = """
import time
from mnistseq.cli import main
from mnistseq.pipeline.store.local import LocalStore

difference = LocalStore.difference

def slow_difference(store, name, *recorded):
    if name == "train-00002.tar":
        print("waiting", flush=True)
        time.sleep(60)
    return difference(store, name, *recorded)

LocalStore.difference = slow_difference
main(prog_name="mnistseq")
"""
"""The command, with a file that takes long to read."""

PASSED = "out: everything matches the manifest\n"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [None, "5%", "100%"])
def test_a_data_set_as_it_was_made_passes(
    make: Make, call: Call, form: str, share: str | None
) -> None:
    out = make(form, "--split", "train=0.8,val=0.2")
    before = contents(out)
    done = call("verify", "out", *(() if share is None else ("--redraw", share, "-j", 1)))
    assert (done.code, done.out, done.err) == (0, PASSED, "")
    assert contents(out) == before
    assert call("verify", "out/manifest.json", "--json").out == "[]\n"


def test_changed_rows_are_reported(call: Call, folder: Path) -> None:
    (folder / "r.csv").write_text("sequence,width,name\n123,,a\n45,90,b\n678,,c\n")
    call("batch", "r.csv", "-o", "out", "--seed", 1, "-j", 1)
    assert call("verify", "out", "--redraw", 1).code == 0
    (folder / "out" / "sequences.csv").write_text("123\n")
    done = call("verify", "out")
    assert faults(done) == ["sequences.csv: has 4 bytes, expected 42"]


@pytest.mark.parametrize("form", ["files", "webdataset"])
def test_files_that_are_changed_missing_or_unexpected_are_reported(
    make: Make, call: Call, form: str
) -> None:
    out = make(form)
    names = [item["name"] for item in manifest(out)["shards"]]
    paths = [out / name for name in names]
    inner = [path if path.is_file() else min(path.glob("*.png")) for path in paths]
    content = bytearray(inner[0].read_bytes())
    content[100] ^= 1
    inner[0].write_bytes(content)
    inner[1].write_bytes(inner[1].read_bytes()[:-1])
    shutil.rmtree(paths[2]) if paths[2].is_dir() else paths[2].unlink()
    (out / "mine.txt").write_text("mine")
    (out / "deep" / "er").mkdir(parents=True)
    (out / "deep" / "er" / "x").write_text("mine")
    found = faults(call("verify", "out"))
    size = measure(paths[1])[0]
    assert found == [
        f"{names[0]}: has the expected size, but different content",
        f"{names[1]}: has {size} bytes, expected {size + 1}",
        f"{names[2]}: is missing",
        "note: deep/er/x: is not in the manifest",
        "note: mine.txt: is not in the manifest",
    ]
    as_json = json.loads(call("verify", "out", "--json").out)
    assert [item["kind"] for item in as_json] == ["fault"] * 3 + ["note"] * 2
    listed = [f"{item['name']}: {item['problem']}" for item in as_json]
    assert listed == [line.removeprefix("note: ") for line in found]


def test_an_unexpected_file_in_a_shard_is_reported(make: Make, call: Call) -> None:
    out = make("files")
    (out / "train" / "00001" / "extra.png").write_bytes(b"")
    problem = "train/00001: has the expected size, but different content"
    assert faults(call("verify", "out")) == [problem]


def test_resuming_makes_the_shards_that_verify_reports(make: Make, call: Call) -> None:
    out = make("webdataset")
    before = contents(out)
    (out / "train-00001.tar").unlink()
    (out / "train-00002.tar").write_bytes(b"")
    assert len(faults(call("verify", "out"))) == 2
    make("webdataset", "--resume")
    assert contents(out) == before


def test_a_manifest_that_leaves_shards_out_is_reported(make: Make, call: Call) -> None:
    out = make()
    found = manifest(out)
    del found["shards"][1]
    (out / "manifest.json").write_text(json.dumps(found))
    size = found["bytes"]
    left = sum(item["bytes"] for item in found["shards"])
    assert faults(call("verify", "out")) == [
        "train-00002.tar: begins with sample 20, expected 10",
        "manifest.json: records 40 samples, but its shards have 30",
        f"manifest.json: records {size} bytes, but its shards have {left}",
        "note: train-00001.tar: is not in the manifest",
    ]
    del found["shards"][-1]
    (out / "train-00003.tar").unlink()
    (out / "manifest.json").write_text(json.dumps(found))
    message = "manifest.json: split train ends with sample 29, expected 39"
    assert message in faults(call("verify", "out"))


def test_a_manifest_that_was_changed_by_accident_is_reported(make: Make, call: Call) -> None:
    """The seed decides every image, but no file shows another one without drawing again."""
    path = make() / "manifest.json"
    path.write_text(path.read_text().replace('"seed": 1,', '"seed": 2,'))
    problem = "manifest.json: was changed: its content_sha256 is that of another content"
    assert faults(call("verify", "out")) == [problem]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none"], 2, "none does not exist"),
        (["out", "--redraw", "0"], 2, "--redraw 0: give a share above 0 and up to 100%, such as"),
        (["out", "--redraw", "101%"], 2, "--redraw 101%: give a share"),
        (["out", "--redraw", "x"], 2, "--redraw x: give a share"),
        (["out", "--redraw", "nan"], 2, "--redraw nan: give a share"),
        (["out", "--data-dir", "x"], 2, "--data-dir applies only with --redraw"),
        (["out", "--jobs", "2"], 2, "--jobs applies only with --redraw"),
    ],
)
def test_options_that_cannot_be_met_are_refused(
    refused: Callable[..., str], make: Make, arguments: list[Any], code: int, message: str
) -> None:
    make()
    assert message in refused("verify", *arguments, code=code)


def test_a_progress_bar_counts_checks(make: Make, call: Call) -> None:
    make()
    done = call("verify", "out", "--redraw", "100%", "-j", 1, "--progress", "on")
    assert (done.code, done.out) == (0, PASSED)
    assert "10.0/10.0" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_it_with_the_number_of_files_that_were_checked(
    make: Make, name: str, code: int
) -> None:
    listed = manifest(make())
    command = [sys.executable, "-c", SLOW_AT_THIRD_SHARD, "verify", "out"]
    assert len(listed["shards"]) == 4
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"waiting\n"
        running.send_signal(getattr(signal, name))
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (code, b"")
    assert err == b"Error: stopped after 2 of 6 files were checked\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and named pipes")
def test_everything_that_is_not_listed_is_reported(make: Make, call: Call) -> None:
    """Links, named pipes and leftovers are faults; files and empty folders are notes."""
    out = make("files")
    shard = out / "train" / "00000"
    for link in (out / "train" / "evil", shard / "evil", shard / "dead"):
        link.symlink_to("/nonexistent" if link.name == "dead" else "/etc")
    os.mkfifo(shard / "pipe")
    (out / ".mnistseq").mkdir()
    (out / "empty").mkdir()
    done = call("verify", "out")
    assert done.code == 1
    found = faults(done)
    assert found[0].startswith("train/00000: ")
    assert found[1:] == [
        "train/00000/dead: is a link",
        "train/00000/evil: is a link",
        "train/00000/pipe: is a special file",
        "train/evil: is a link",
        ".mnistseq: was left by an interrupted run; remove it",
        "note: empty: is an empty folder",
    ]


@pytest.mark.parametrize("form", ["files", "lmdb", "npy"])
@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "lock.mdb", "labels.cache"])
def test_by_products_of_other_programs_are_noted(
    make: Make, call: Call, form: str, name: str
) -> None:
    shard = make(form) / "train" / "00001"
    (shard / name).write_bytes(b"theirs")
    done = call("verify", "out", "--redraw", "100%", "-j", 1)
    note = f"note: train/00001/{name}: is not in the manifest\n"
    assert (done.code, done.out) == (0, note + PASSED)


def test_a_file_that_consists_of_holes_is_refused_at_once(make: Make, call: Call) -> None:
    out = make()
    values = manifest(out)
    os.truncate(out / "train-00001.tar", 2**42)
    values["shards"][1]["bytes"] = 2**42
    (out / "manifest.json").write_text(json.dumps(values))
    problem = "train-00001.tar: claims 4398046511104 bytes, but hardly any of them are stored"
    assert problem in call("verify", "out").out
    os.truncate(out / "manifest.json", 2**42)
    done = call("verify", "out")
    assert "manifest.json: claims 4398046511104 bytes" in done.err


def test_a_named_pipe_is_reported_and_not_read(make: Make, call: Call) -> None:
    shard = make() / "train-00002.tar"
    shard.unlink()
    os.mkfifo(shard)
    [fault] = faults(call("verify", "out"))
    assert fault.startswith("train-00002.tar: ")
