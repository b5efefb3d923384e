"""``mnistseq verify``: what was altered, is missing or extra, or is not what would be drawn."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Call, Done
from tests.needed import package_or_skip
from tests.pipeline.sets import contents, manifest

from mnistseq import GlyphBank
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.verify.check import verify

FORMATS = ["files", "webdataset", "parquet", "lmdb", "npy"]


@pytest.fixture
def make(call: Call, folder: Path) -> Callable[..., Path]:
    """Make a data set of 40 samples in shards of ten."""

    def made(form: str = "webdataset", *options: object) -> Path:
        package_or_skip(form)
        done = call(
            *("batch", "--count", 40, "--width", 200, "--seed", 1, "-o", "out", "-j", 1),
            *("--format", form, "--shard-size", 10, *options),
        )
        assert done.code == 0, done
        return folder / "out"

    return made


def faults(done: Done) -> list[str]:
    assert done.code == 1, done
    lines = done.out.splitlines()
    count = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
    assert (
        done.err == f"Error: out: {count}; batch --resume makes damaged and missing shards again\n"
    )
    return lines


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [None, "5%", "100%"])
def test_a_whole_data_set(
    make: Callable[..., Path], call: Call, form: str, share: str | None
) -> None:
    out = make(form, "--split", "train=0.8,val=0.2")
    before = contents(out)
    done = call("verify", "out", *(() if share is None else ("--redraw", share)))
    assert (done.code, done.out, done.err) == (0, "out: all is as the manifest says\n", "")
    assert contents(out) == before
    assert call("verify", "out/manifest.json", "--json").out == "[]\n"


def test_a_set_of_rows(call: Call, folder: Path) -> None:
    (folder / "r.csv").write_text("sequence,width,name\n123,,a\n45,90,b\n678,,c\n")
    call("batch", "r.csv", "-o", "out", "--seed", 1, "-j", 1)
    assert call("verify", "out", "--redraw", 1).code == 0
    (folder / "out" / "sequences.csv").write_text("123\n")
    done = call("verify", "out")
    assert faults(done) == ["sequences.csv: was altered: 4 bytes, 42 made"]


@pytest.mark.parametrize("form", ["files", "webdataset"])
def test_files_that_are_altered_missing_or_extra(
    make: Callable[..., Path], call: Call, form: str
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
    size = measure(paths[0])[0]
    assert found == [
        f"{names[0]}: was altered: {size} bytes, but not those made",
        f"{names[1]}: was altered: {measure(paths[1])[0]} bytes, {measure(paths[1])[0] + 1} made",
        f"{names[2]}: is missing",
        "deep/er/x: is extra: the manifest does not have it",
        "mine.txt: is extra: the manifest does not have it",
    ]
    as_json = json.loads(call("verify", "out", "--json").out)
    assert [f"{item['name']}: {item['problem']}" for item in as_json] == found


def test_an_extra_file_in_a_shard(make: Callable[..., Path], call: Call) -> None:
    out = make("files")
    (out / "train" / "00001" / "extra.png").write_bytes(b"")
    size = measure(out / "train" / "00001")[0]
    problem = f"train/00001: was altered: {size} bytes, but not those made"
    assert faults(call("verify", "out")) == [problem]


def test_resume_mends_what_verify_finds(make: Callable[..., Path], call: Call) -> None:
    out = make("webdataset")
    before = contents(out)
    (out / "train-00001.tar").unlink()
    (out / "train-00002.tar").write_bytes(b"")
    assert len(faults(call("verify", "out"))) == 2
    make("webdataset", "--resume")
    assert contents(out) == before


def repaired(out: Path) -> None:
    """Have the manifest say that what lies there was made: a forger's work."""
    path = out / "manifest.json"
    found = json.loads(path.read_text())
    for item in found["shards"] + found["files"]:
        item["bytes"], item["sha256"] = measure(out / item["name"])
    found["bytes"] = sum(item["bytes"] for item in found["shards"])
    path.write_text(json.dumps(found))


def forge(out: Path, number: int, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the members of a sample in a tar, and the manifest's hashes with it."""
    path = out / f"train-{number // 10:05d}.tar"
    with tarfile.open(path) as archive:
        members = {item.name: archive.extractfile(item).read() for item in archive}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
    repaired(out)


def test_redraw_finds_a_changed_pixel(make: Callable[..., Path], call: Call) -> None:
    out = make()

    def change(members: dict[str, bytes]) -> None:
        with Image.open(io.BytesIO(members["000000023.png"])) as image:
            pixels = np.array(image)
        pixels[3, 5] ^= 1
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        members["000000023.png"] = buffer.getvalue()

    forge(out, 23, change)
    assert call("verify", "out").code == 0
    assert faults(call("verify", "out", "--redraw", "100%")) == [
        "train-00002.tar, sample 23: 1 pixels differ from those drawn again"
    ]


@pytest.mark.parametrize("where", ["json", "txt"])
def test_redraw_finds_a_changed_label(make: Callable[..., Path], call: Call, where: str) -> None:
    """Whether in the metadata or in the text beside it, which trainers read."""
    out = make()
    text = ""

    def change(members: dict[str, bytes]) -> None:
        nonlocal text
        text = members["000000023.txt"].decode()
        record = json.loads(members["000000023.json"])
        record["objects"]["categories"][0] = "x"
        if where == "json":
            members["000000023.json"] = json.dumps(record).encode()
        else:
            members["000000023.txt"] = b"12345"

    forge(out, 23, change)
    assert call("verify", "out").code == 0
    said = ["x", *text[1:]] if where == "json" else list(text)
    shown = text if where == "json" else "12345"
    assert faults(call("verify", "out", "--redraw", "100%")) == [
        (
            f"train-00002.tar, sample 23: says {' '.join(said)} ({shown!r}), but {' '.join(text)} "
            f"({text!r}) was drawn"
        )
    ]


def test_redraw_finds_another_size(make: Callable[..., Path], call: Call) -> None:
    out = make()

    def change(members: dict[str, bytes]) -> None:
        buffer = io.BytesIO()
        Image.fromarray(np.zeros((28, 199), np.uint8)).save(buffer, "PNG")
        members["000000000.png"] = buffer.getvalue()

    forge(out, 0, change)
    assert faults(call("verify", "out", "--redraw", "1")) == [
        "train-00000.tar, sample 0: has (28, 199) pixels, drawn again (28, 200)"
    ]


@pytest.mark.parametrize("added", [-1, 1])
def test_redraw_finds_samples_lost_or_added(
    make: Callable[..., Path], call: Call, added: int
) -> None:
    out = make()

    def change(members: dict[str, bytes]) -> None:
        for ending in ("png", "txt", "json"):
            if added < 0:
                del members[f"000000029.{ending}"]
            else:
                members[f"x.{ending}"] = members[f"000000029.{ending}"]

    forge(out, 29, change)
    assert faults(call("verify", "out", "--redraw", "1%")) == [
        f"train-00002.tar: has {10 + added} samples, 10 were made"
    ]


def test_redraw_finds_what_cannot_be_read(make: Callable[..., Path], call: Call) -> None:
    out = make()
    (out / "train-00001.tar").write_bytes(b"no tar at all" * 1000)
    repaired(out)
    [fault] = faults(call("verify", "out", "--redraw", "1%"))
    assert fault.startswith("train-00001.tar: cannot be read beyond 0 samples: ReadError: ")


@pytest.mark.parametrize("form", FORMATS)
def test_redraw_finds_swapped_shards(make: Callable[..., Path], call: Call, form: str) -> None:
    out = make(form)
    names = [out / item["name"] for item in manifest(out)["shards"]]
    names[0].rename(out / "x")
    names[1].rename(names[0])
    (out / "x").rename(names[1])
    repaired(out)
    found = faults(call("verify", "out", "--redraw", "100%"))
    assert len(found) == 20
    assert all(", sample " in fault for fault in found)


def test_a_share_is_a_share() -> None:
    """One in a hundred of many samples is drawn again, and at least one of each shard."""
    from mnistseq.core.randomness import Stream

    chances = Stream(1, 0, 100_000, "redraw").uniform(1)[:, 0]
    assert (chances < 0.01).mean() == pytest.approx(0.01, rel=0.1)


def test_a_manifest_that_leaves_shards_out(make: Callable[..., Path], call: Call) -> None:
    out = make()
    found = manifest(out)
    del found["shards"][1]
    (out / "manifest.json").write_text(json.dumps(found))
    size = found["bytes"]
    left = sum(item["bytes"] for item in found["shards"])
    assert faults(call("verify", "out")) == [
        "train-00001.tar: is extra: the manifest does not have it",
        "train-00002.tar: begins with sample 20, not 10",
        "manifest.json: says 40 samples in all, its shards come to 30",
        f"manifest.json: says {size} bytes in all, its shards come to {left}",
    ]
    del found["shards"][-1]
    (out / "train-00003.tar").unlink()
    (out / "manifest.json").write_text(json.dumps(found))
    assert "manifest.json: split train ends with sample 29, not 39" in faults(call("verify", "out"))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none"], 1, "none: there is nothing; give the folder of a data set, or its"),
        (
            ["out", "--redraw", "0"],
            2,
            "--redraw 0: give a share above 0, as 1% or 0.01, up to 100%",
        ),
        (["out", "--redraw", "101%"], 2, "--redraw 101%: give a share"),
        (["out", "--redraw", "x"], 2, "--redraw x: give a share"),
        (["out", "--redraw", "nan"], 2, "--redraw nan: give a share"),
        (["out", "--data-dir", "x"], 2, "--data-dir is for --redraw, which draws again: give both"),
    ],
)
def test_what_is_refused(
    refused: Callable[..., str], make: Callable[..., Path], arguments: list[Any], code: int,
    message: str,
) -> None:  # fmt: skip
    make()
    assert message in refused("verify", *arguments, code=code)


def test_redraw_where_the_source_lies_elsewhere(
    call: Call, make: Callable[..., Path], folder: Path, mnist: GlyphBank
) -> None:
    labels = mnist.codes[:200].astype(np.uint8)
    np.savez(folder / "few.npz", x_train=mnist.pixels[:200], y_train=labels)
    make("webdataset", "--source", "npz", "--data-dir", "few.npz")
    (folder / "few.npz").rename(folder / "moved.npz")
    lost = call("verify", "out", "--redraw", "1%")
    assert (lost.code, lost.out) == (1, "")
    assert "few.npz" in lost.err
    assert call("verify", "out", "--redraw", "100%", "--data-dir", "moved.npz").code == 0
    np.savez(folder / "few.npz", x_train=mnist.pixels[200:400], y_train=labels)
    other = call("verify", "out", "--redraw", "1%", "--data-dir", "few.npz")
    assert (other.code, other.out) == (1, "")
    assert "few.npz has other glyphs here" in other.err


def test_redraw_where_another_algorithm_drew(
    refused: Callable[..., str], make: Callable[..., Path]
) -> None:
    out = make()
    found = manifest(out) | {"algorithm": 99}
    (out / "manifest.json").write_text(json.dumps(found))
    assert "was drawn by algorithm 99, this version has 1" in refused(
        "verify", "out", "--redraw", "1%", code=1
    )


@pytest.mark.parametrize(("redraw", "looks"), [(0.0, 4), (0.1, 8)])
def test_library_call_tells_of_each_look(
    make: Callable[..., Path], redraw: float, looks: int
) -> None:
    told = []

    @contextmanager
    def progress(total: int) -> Iterator[Callable[[int, bool], None]]:
        told.append(total)
        yield lambda more, _made: told.append(more)

    assert verify(str(make()), redraw, progress) == []
    assert told == [looks, *[1] * looks]


def test_progress(make: Callable[..., Path], call: Call) -> None:
    make()
    done = call("verify", "out", "--redraw", "100%", "--progress", "on")
    assert (done.code, done.out) == (0, "out: all is as the manifest says\n")
    assert "8.00/8.00" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes with names")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_stopped_is_not_faulty(make: Callable[..., Path], name: str, code: int) -> None:
    shard = make() / "train-00002.tar"
    shard.unlink()
    os.mkfifo(shard)
    command = [sys.executable, "-m", "mnistseq", "verify", "out"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running,
        shard.open("wb"),  # as soon as it reads, and then it waits for what never comes
    ):
        running.send_signal(getattr(signal, name))
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (code, b"")
    assert err == b"Error: stopped before everything was looked at\n"
