"""``mnistseq batch`` on full disks, in vanishing folders, and without permissions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Call, Process
from tests.cli.rights import give_up_reading_all
from tests.datasets import contents
from tests.needed import package_or_skip

pytestmark = pytest.mark.slow

OPTIONS = ("--length", 6, "--seed", 1, "--progress", "off")


@pytest.mark.parametrize(
    ("format_name", "jobs"),
    [("webdataset", 1), ("webdataset", 2), ("files", 1), ("npy", 1), ("parquet", 1), ("lmdb", 1)],
)
def test_a_full_disk_keeps_whole_shards_and_resume_makes_the_rest(
    process: Process, call: Call, small_disk: Path, folder: Path, format_name: str, jobs: int
) -> None:
    """Kept shards have the right bytes, and once there is room, the data set is complete."""
    package_or_skip(format_name)
    many = format_name in {"npy", "webdataset", "files"}
    options = (
        *(
            "--count",
            40,
            "--shard-size",
            2 if many else 10,
            "--width",
            170,
            "--format",
            format_name,
        ),
        *OPTIONS,
    )
    done = process("batch", *options, "-j", jobs, "-o", small_disk / "out")
    text = done.stderr.decode()
    assert done.returncode == 1, text
    assert "Traceback" not in text
    # LMDB reports a page that was written in part in its own words.
    assert "No space left on device" in text or "as it says of a full disk, too" in text
    assert not list((small_disk / "out" / ".mnistseq").glob("parts/*"))  # they would take up space
    assert call("batch", *options, "-j", 1, "-o", folder / "whole").code == 0
    whole = contents(folder / "whole")
    kept = {
        name: content for name, content in contents(small_disk).items() if ".mnistseq" not in name
    }
    for name, content in kept.items():
        assert whole[name.removeprefix("out/")] == content
    shutil.move(small_disk / "out", folder / "moved") if kept else (folder / "moved").mkdir()
    assert call("batch", *options, "-j", 1, "-o", folder / "moved", "--resume").code == 0
    assert contents(folder / "moved") == whole


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits as POSIX has them")
@pytest.mark.parametrize(
    ("format_name", "room"), [("files", 2_000), ("webdataset", 9_000), ("npy", 4_000)]
)
def test_a_write_that_is_cut_short_leaves_no_half_file(
    process: Process, folder: Path, format_name: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system then writes the first part of a block, and returns its size without an error."""
    import resource

    # Python does not notice that it cuts its own files of compiled modules, too.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    # Noise makes the image too large, and nothing else.
    noise = ("--set", 'canvas.transform=["sensor-noise"]')
    options = ("--count", 1, "--width", 170, *noise, "--format", format_name, "-j", 1, *OPTIONS)
    done = process("batch", *options, "-o", "out", preexec_fn=limit)
    assert done.returncode == 1, done.stdout
    assert b"cannot be written: File too large" in done.stderr
    assert not [name for name in contents(folder) if not name.startswith("out/.mnistseq")]


def test_a_disk_that_turns_read_only_loses_nothing(process: Process, small_disk: Path) -> None:
    """No file is half-written, and no file is lost."""
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


def test_a_read_only_folder_is_refused(process: Process, small_disk: Path) -> None:
    subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = process("batch", "--count", 4, "-o", small_disk / "out", *OPTIONS)
    assert done.returncode == 1
    assert "cannot be written: Read-only file system; choose another folder" in done.stderr.decode()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_that_vanishes_is_an_error(folder: Path, jobs: int) -> None:
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


def test_missing_parents_of_the_folder_are_made(process: Process, folder: Path) -> None:
    done = process("batch", "--count", 4, "-o", "a/b/out", "-j", 1, *OPTIONS)
    assert done.returncode == 0
    assert (folder / "a" / "b" / "out" / "manifest.json").is_file()


def test_a_file_as_output_is_refused_and_kept(process: Process, folder: Path) -> None:
    (folder / "out").write_text("mine")
    done = process("batch", "--count", 4, "-o", "out", *OPTIONS)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr.decode()
    assert (folder / "out").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights as POSIX has them")
def test_input_without_read_permission_is_refused(process: Process, folder: Path) -> None:
    (folder / "r.csv").write_text("12\n")
    (folder / "r.csv").chmod(0)
    # A user whom permissions do not restrict, such as root, gives that up.
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
def test_a_full_temporary_folder_is_an_error(
    process: Process, small_disk: Path, folder: Path, given: tuple[object, ...], title: str
) -> None:
    """Standard input, for example, is copied to a temporary file first."""
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


@pytest.mark.parametrize("format_name", ["files", "webdataset", "lmdb", "npy"])
def test_redraw_without_room_is_an_error(
    process: Process, small_disk: Path, folder: Path, format_name: str
) -> None:
    package_or_skip(format_name)
    made = process(
        "batch",
        "--count",
        500,
        "--format",
        format_name,
        "-o",
        "out",
        "-j",
        1,
        *OPTIONS,
        "--width",
        170,
    )
    assert made.returncode == 0
    environment = {**os.environ, "TMPDIR": str(small_disk)}
    done = process("verify", folder / "out", "--redraw", "100%", env=environment)
    text = done.stderr.decode()
    assert done.returncode == 1
    assert text.startswith("Error: a shard drawn again: cannot be kept in a temporary file: ")
    assert "; set TMPDIR to a folder with enough free space" in text
    assert "Traceback" not in text
