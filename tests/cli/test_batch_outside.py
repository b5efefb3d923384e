"""When the world outside is in the way: full disks, folders that go, rights that are lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Process
from tests.cli.rights import give_up_reading_all
from tests.needed import package_or_skip
from tests.pipeline.sets import contents

OPTIONS = ("--length", 6, "--seed", 1, "--progress", "off")


@pytest.mark.parametrize(
    ("form", "jobs"),
    [("webdataset", 1), ("webdataset", 2), ("files", 1), ("npy", 1), ("parquet", 1), ("lmdb", 1)],
)
def test_disk_full(process: Process, small_disk: Path, folder: Path, form: str, jobs: int) -> None:
    """Whole shards stay and are right; the rest is made when there is room."""
    package_or_skip(form)
    many = form in {"npy", "webdataset", "files"}
    options = (
        *("--count", 40, "--shard-size", 2 if many else 10, "--width", 170, "--format", form),
        *("-j", jobs, *OPTIONS),
    )
    done = process("batch", *options, "-o", small_disk / "out")
    text = done.stderr.decode()
    assert done.returncode == 1, text
    assert "Traceback" not in text
    # LMDB has a message of its own for a page that could be written by half.
    assert "No space left on device" in text or "as it says of a full disk, too" in text
    assert not list((small_disk / "out" / ".mnistseq").glob("parts/*"))  # they take up room
    assert process("batch", *options, "-o", folder / "whole").returncode == 0
    whole = contents(folder / "whole")
    kept = {
        name: content for name, content in contents(small_disk).items() if ".mnistseq" not in name
    }
    for name, content in kept.items():
        assert whole[name.removeprefix("out/")] == content
    shutil.move(small_disk / "out", folder / "moved") if kept else (folder / "moved").mkdir()
    assert process("batch", *options, "-o", folder / "moved", "--resume").returncode == 0
    assert contents(folder / "moved") == whole


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits as POSIX has them")
@pytest.mark.parametrize(
    ("form", "room"), [("files", 2_000), ("webdataset", 9_000), ("npy", 4_000)]
)
def test_room_that_ends_amid_a_write(process: Process, folder: Path, form: str, room: int) -> None:
    """The system then takes the first part of a block and only says how much that was."""
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    # Noise, so that the image is what is too large, and nothing else.
    noise = ("--set", 'canvas.transform=["sensor-noise"]')
    options = ("--count", 1, "--width", 170, *noise, "--format", form, "-j", 1, *OPTIONS)
    done = process("batch", *options, "-o", "out", preexec_fn=limit)
    assert done.returncode == 1, done.stdout
    assert b"cannot be written: File too large" in done.stderr
    assert not [name for name in contents(folder) if not name.startswith("out/.mnistseq")]


def test_rights_that_are_lost(process: Process, small_disk: Path) -> None:
    """A disk that turns read-only: nothing is half-written, and nothing is lost."""
    options = ("--count", 4, "--shard-size", 2, "--format", "webdataset", "-j", 1, *OPTIONS)
    assert process("batch", *options, "-o", small_disk / "out").returncode == 0
    before = contents(small_disk)
    subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=True)
    for option in ("--resume", "--force"):
        done = process("batch", *options, "-o", small_disk / "out", option)
        assert done.returncode == 1
        assert "Read-only file system" in done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()
    assert contents(small_disk) == before
    done = process("verify", small_disk / "out", "--redraw", "100%")
    assert done.returncode == 0, done.stderr


def test_a_folder_that_may_not_be_written(process: Process, small_disk: Path) -> None:
    subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = process("batch", "--count", 4, "-o", small_disk / "out", *OPTIONS)
    assert done.returncode == 1
    assert "cannot be written: Read-only file system; choose another folder" in done.stderr.decode()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_that_vanishes(folder: Path, jobs: int) -> None:
    command = [
        *(sys.executable, "-m", "mnistseq", "batch", "--count", "100000", "--shard-size", "300"),
        *("--format", "webdataset", "-o", "out", "-j", str(jobs), *map(str, OPTIONS)),
    ]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as running:
        end = time.monotonic() + 30
        while not list((folder / "out").glob("*.tar")) and time.monotonic() < end:
            time.sleep(0.01)
        (folder / "out").rename(folder / "elsewhere")
        _, err = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "Traceback" not in err
    assert "out: the folder no longer exists; nothing can be written to it" in err
    assert not (folder / "out").exists()


def test_the_parent_of_the_folder_is_made(process: Process, folder: Path) -> None:
    done = process("batch", "--count", 4, "-o", "a/b/out", "-j", 1, *OPTIONS)
    assert done.returncode == 0
    assert (folder / "a" / "b" / "out" / "manifest.json").is_file()


def test_an_output_that_is_a_file(process: Process, folder: Path) -> None:
    (folder / "out").write_text("mine")
    done = process("batch", "--count", 4, "-o", "out", *OPTIONS)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr.decode()
    assert (folder / "out").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights as POSIX has them")
def test_input_that_may_not_be_read(process: Process, folder: Path) -> None:
    (folder / "r.csv").write_text("12\n")
    (folder / "r.csv").chmod(0)
    # Whom rights do not bind, as root, gives that up.
    anyone = give_up_reading_all if os.access(folder / "r.csv", os.R_OK) else None
    done = process("batch", "r.csv", "-o", "out", preexec_fn=anyone)
    assert done.returncode == 2
    assert "r.csv: cannot be read: Permission denied" in done.stderr.decode()


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (("-",), "standard input"),
        (("--pattern", r"\d{9}", "--count", 20_000), r"pattern \d{9}"),
        (("--count", 5_000, "--dry-run"), "a sample"),
    ],
)
def test_a_temporary_folder_that_is_full(
    process: Process, small_disk: Path, folder: Path, given: tuple[object, ...], title: str
) -> None:
    """Standard input waits in a temporary file, say; where there is no room, that is said."""
    environment = {**os.environ, "TMPDIR": str(small_disk)}
    done = process(
        "batch", *given, "-o", "out", "--seed", 1, input=b"123456\n" * 20_000, env=environment
    )
    assert done.returncode == 1
    assert (
        f"{title}: cannot be kept in a temporary file: No space left on device; set TMPDIR"
        in done.stderr.decode()
    )
    assert "Traceback" not in done.stderr.decode()
    assert not (folder / "out").exists()


@pytest.mark.parametrize("form", ["files", "webdataset", "lmdb", "npy"])
def test_no_room_to_draw_again(process: Process, small_disk: Path, folder: Path, form: str) -> None:
    package_or_skip(form)
    made = process(
        "batch", "--count", 500, "--format", form, "-o", "out", "-j", 1, *OPTIONS, "--width", 170
    )
    assert made.returncode == 0
    environment = {**os.environ, "TMPDIR": str(small_disk)}
    done = process("verify", folder / "out", "--redraw", "100%", env=environment)
    text = done.stderr.decode()
    assert done.returncode == 1
    assert text.startswith("Error: samples drawn again: cannot be kept in a temporary file: ")
    assert "; set TMPDIR to a folder with enough free space" in text
    assert "Traceback" not in text
