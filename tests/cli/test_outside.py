"""Full disks, broken pipes, closed streams, signals and a lack of memory."""

from __future__ import annotations

import os
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Call

Process = Callable[..., "subprocess.CompletedProcess[bytes]"]

COMMAND = f"{shlex.quote(sys.executable)} -m mnistseq"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of sh, in which MNISTSEQ is replaced by the command."""
    script = line.replace("MNISTSEQ", COMMAND)
    # Without a buffer, nothing would be left to write at the end, and to fail there.
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["/bin/sh", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=buffered,
    )


def fill(disk: Path) -> None:
    with open(disk / "filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


@pytest.mark.parametrize("labels", [[], ["--metadata"]], ids=["image", "image and metadata"])
def test_a_full_disk_is_an_error_and_leaves_nothing(
    process: Process, small_disk: Path, labels: list[str]
) -> None:
    fill(small_disk)
    done = process("generate", "350", "-o", small_disk, *labels)
    assert done.returncode == 1
    assert done.stdout == b""
    message = (
        f"{small_disk}/seq_350.png: cannot be written: No space left on device; free some space"
    )
    assert done.stderr.decode().startswith(f"Error: {message}")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def test_a_full_disk_keeps_the_existing_file(process: Process, small_disk: Path) -> None:
    (small_disk / "seq_350.png").write_bytes(b"mine")
    fill(small_disk)
    done = process("generate", "350", "-o", small_disk, "--force")
    assert done.returncode == 1
    assert (small_disk / "seq_350.png").read_bytes() == b"mine"
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler", "seq_350.png"]


def test_a_disk_that_fills_up_keeps_whole_images_only(process: Process, small_disk: Path) -> None:
    """Exactly the images that were reported exist, and they are whole."""
    done = process("generate", "350", "-n", 400, "--width", 2000, "-q", "-o", small_disk)
    assert done.returncode == 1
    reported = done.stdout.decode().split()
    assert 0 < len(reported) < 400
    assert sorted(map(str, small_disk.iterdir())) == sorted(reported)
    assert all(Path(path).read_bytes().endswith(b"IEND\xaeB`\x82") for path in reported)


def test_a_read_only_output_folder_is_an_error(process: Process, small_disk: Path) -> None:
    subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = process("generate", "350", "-o", small_disk)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"Error: {small_disk}/seq_350.png: cannot be written: Read-only file system; "
        "choose another folder\n"
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "call", ["--help", "--version", "generate 350", "generate 350 -o -", "inspect-config"]
)
class TestStandardOutput:
    """Standard output that is closed, full or no longer read."""

    def test_closed_output_is_an_error(self, call: str) -> None:
        done = shell(f"MNISTSEQ {call} >&-")
        assert done.returncode == 1
        assert (
            done.stderr == "Error: standard output is closed; open it, or redirect it to a file\n"
        )
        assert not list(Path.cwd().iterdir())

    def test_full_output_is_an_error(self, call: str) -> None:
        done = shell(f"MNISTSEQ {call} >/dev/full")
        assert done.returncode == 1
        lines = done.stderr.splitlines()
        assert lines[-1] == "Error: output cannot be written: No space left on device"
        assert len(lines) == 1 + ("generate" in call)  # and the seed

    def test_a_reader_that_has_gone_is_not_an_error(self, call: str) -> None:
        done = shell(f"MNISTSEQ {call} -q | true" if "gen" in call else f"MNISTSEQ {call} | true")
        assert done.stderr == ""


@pytest.mark.usefixtures("folder")
def test_both_streams_may_be_closed() -> None:
    assert shell("MNISTSEQ generate 350 >&- 2>&-").returncode == 1
    assert not list(Path.cwd().iterdir())


@pytest.mark.usefixtures("folder")
def test_closed_standard_error_does_no_harm() -> None:
    done = shell("MNISTSEQ generate 350 --show -v 2>&-")
    assert (done.returncode, done.stdout) == (0, "seq_350.png\n")


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_an_interrupted_command_leaves_whole_images(folder: Path, name: str, code: int) -> None:
    command = [*shlex.split(COMMAND), "generate", "350", "-n", "100000", "--metadata", "-q"]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Tests may run as a background job, which ignores SIGINT, as do its child processes.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as running:
        assert running.stdout is not None
        for _ in range(5):
            running.stdout.readline()
        running.send_signal(getattr(signal, name))
        out, err = running.communicate(timeout=30)
    assert running.returncode == code
    assert b"Traceback" not in err
    assert len(out.splitlines()) < 100_000
    names = {path.name for path in folder.iterdir()}
    images = {name for name in names if name.endswith(".png")}
    assert len(images) >= 5
    assert names - images == {name.replace(".png", ".json") for name in images}


def test_a_terminal_without_unicode_gets_ascii(process: Process) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "120"}
    done = process("generate", "350", "-q", "--show", env=environment)
    assert done.returncode == 0
    assert done.stdout == b"seq_350.png\n"
    done = process("inspect-config", "--length", 3, env=environment)
    assert done.returncode == 0
    assert b"mean gap 10 px" in done.stdout


def test_a_lack_of_memory_is_an_error(process: Process, folder: Path) -> None:
    room = 2**29
    done = process(
        "generate",
        "012345678901234",
        "--height",
        4096,
        # Each thread would take as much memory as a whole image.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)),
    )
    assert done.returncode == 1
    assert done.stderr == (b"Error: there is not enough memory; ask for fewer or smaller images\n")
    assert not list(folder.iterdir())


def test_an_interrupt_before_the_command_is_loaded_ends_it(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mnistseq.cli.import_module", interrupt)
    done = call("plugins")
    assert (done.code, done.out, done.err) == (130, "", "Error: stopped\n")
