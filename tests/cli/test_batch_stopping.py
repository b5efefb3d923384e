"""``mnistseq batch`` is stopped, or its processes are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.datasets import contents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them"),
]

LONG = (
    *("--count", "200000", "--length", "8", "--seed", "1", "--shard-size", "500"),
    *("--format", "webdataset", "--progress", "off"),
)

Running = subprocess.Popen[str]


@contextmanager
def batch(folder: Path, *arguments: Any, **options: Any) -> Iterator[Running]:
    """Run the command in a process group of its own, and kill what is left of it."""
    command = [sys.executable, "-m", "mnistseq", "batch", *map(str, arguments)]
    running = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def wait_for(found: Any, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.01)


def shards(out: Path) -> list[Path]:
    return sorted(out.glob("train-*.tar"))


def group(running: Running) -> list[psutil.Process]:
    """Return the living processes of a run's session.

    Python's own process that tracks shared memory ends a moment after the first.
    """
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == running.pid and process.status() != "zombie":
                found.append(process)
        except (ProcessLookupError, psutil.Error):
            continue
    return found


def workers(running: Running) -> list[psutil.Process]:
    children = psutil.Process(running.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The first shards of a run that nobody stops."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with batch(folder, *LONG[:1], "2000", *LONG[2:], "-o", "out", "-j", 1) as running:
        running.communicate(timeout=60)
    return {path.name: path.read_bytes() for path in shards(folder / "out")}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(
    ("jobs", "whole_group"), [(1, True), (2, True), (2, False)], ids=["alone", "group", "first"]
)
def test_a_signal_ends_the_run_and_keeps_finished_shards(
    tmp_path: Path, undisturbed: dict[str, bytes], jobs: int, name: str, whole_group: bool
) -> None:
    """Ctrl-C and a closed terminal reach the whole group; SIGTERM may reach the first process only."""
    number = signal.Signals[name]
    with batch(tmp_path, *LONG, "-o", "out", "-j", jobs) as running:
        wait_for(lambda: len(shards(tmp_path / "out")) > 1)
        began = time.monotonic()
        os.killpg(running.pid, number) if whole_group else running.send_signal(number)
        _, err = running.communicate(timeout=10)
        wait_for(lambda: not group(running), 2.0 - (time.monotonic() - began))
    assert running.returncode == 128 + number
    assert err == (
        "Error: stopped; finished shards are kept, and the same command with --resume continues\n"
    )
    there = {path.name: path.read_bytes() for path in shards(tmp_path / "out")}
    assert len(there) > 1
    both = undisturbed.keys() & there.keys()
    assert both
    assert all(undisturbed[name] == there[name] for name in both)


def test_a_signal_at_any_moment_leaves_neither_traceback_nor_process(tmp_path: Path) -> None:
    """From the first import on."""
    chance = random.Random(2)  # noqa: S311  # no secret
    codes = set()
    for _ in range(5):
        out = tmp_path / f"{chance.random()}"
        with batch(tmp_path, *LONG, "-o", out, "-j", 2) as running:
            # Python itself takes a while to start.
            wait_for(lambda: group(running))
            time.sleep(chance.uniform(0.6, 2.0))
            os.killpg(running.pid, signal.SIGTERM)
            _, err = running.communicate(timeout=10)
            wait_for(lambda: not group(running), 2.0)
        assert "Traceback" not in err
        codes.add(running.returncode)
    assert codes <= {143, -signal.SIGTERM}
    assert 143 in codes


def test_repeated_ctrl_c_does_not_interrupt_the_cleaning_up(tmp_path: Path) -> None:
    with batch(tmp_path, *LONG, "-o", "out", "-j", 2) as running:
        wait_for(lambda: shards(tmp_path / "out"))
        for _ in range(20):
            os.killpg(running.pid, signal.SIGINT)
            time.sleep(0.005)
        _, err = running.communicate(timeout=10)
        wait_for(lambda: not group(running), 2.0)
    assert running.returncode == 130
    assert "Traceback" not in err


def test_a_run_that_is_stopped_before_its_first_shard_leaves_no_trace(tmp_path: Path) -> None:
    big = [*LONG[:6], "--shard-size", "200000", *LONG[8:]]
    with batch(tmp_path, *big, "-o", "out", "-j", 1) as running:
        wait_for(lambda: list((tmp_path / "out").glob(".mnistseq/parts/*/part.tar")))
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=10)
    assert running.returncode == 130
    assert not (tmp_path / "out").exists()


def test_the_shard_of_a_killed_worker_is_made_by_another(tmp_path: Path) -> None:
    """The bytes are those of an undisturbed run."""
    options = ("--count", 8_000, "--seed", 1, "--shard-size", 200, "--format", "webdataset")
    with batch(tmp_path, *options, "-o", "out", "-j", 2) as running:
        for number in (1, 6):
            wait_for(lambda number=number: len(shards(tmp_path / "out")) >= number)
            workers(running)[0].kill()
            time.sleep(0.2)
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert out.startswith("out: 8,000 images in 40 shards (40 made now)")
    with batch(tmp_path, *options, "-o", "whole", "-j", 1) as running:
        running.communicate(timeout=60)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with batch(tmp_path, *LONG, "-o", "out", "-j", 1) as running:
        wait_for(lambda: shards(tmp_path / "out"))
        for option in ("--resume", "--force"):
            with batch(tmp_path, *LONG, "-o", "out", "-j", 1, option) as other:
                _, err = other.communicate(timeout=30)
            assert other.returncode == 1
            assert err == (
                "Error: out: another run is writing to it; wait for it, or choose another folder\n"
            )
        assert running.poll() is None
        running.kill()  # the lock of a killed run is released
        running.wait()
    few = [*LONG[:1], "1000", *LONG[2:]]
    with batch(tmp_path, *few, "-o", "out", "-j", 1, "--force") as running:
        running.communicate(timeout=30)
    assert running.returncode == 0
    assert len(shards(tmp_path / "out")) == 2


def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    """Only the first process is killed, as the system does when memory is short."""
    with batch(tmp_path, *LONG, "-o", "out", "-j", 2) as running:
        wait_for(lambda: shards(tmp_path / "out"))
        running.kill()
        running.wait()
        wait_for(lambda: not group(running), 3.0)
        made = len(shards(tmp_path / "out"))
        time.sleep(0.3)
        assert len(shards(tmp_path / "out")) == made


def test_interrupts_that_a_shell_ignores_stay_ignored(tmp_path: Path) -> None:
    """A shell has background jobs ignore Ctrl-C."""
    few = [*LONG[:1], "6000", *LONG[2:]]
    with batch(
        tmp_path, *few, "-o", "out", "-j", 1,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as running:  # fmt: skip
        wait_for(lambda: shards(tmp_path / "out"))
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 0


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="handlers are read from /proc")
def test_a_run_that_is_stopped_while_rows_are_read_says_that_nothing_was_written(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "mnistseq", "batch", "-", "-o", "out"]
    waiting = subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with waiting:
        assert waiting.stdin is not None
        waiting.stdin.write("12\n")
        waiting.stdin.flush()
        wait_for(lambda: handles(waiting.pid, signal.SIGTERM))
        waiting.terminate()
        _, err = waiting.communicate(timeout=10)
    assert waiting.returncode == 143
    assert err == "Error: stopped; nothing was written\n"
    assert not (tmp_path / "out").exists()


def handles(pid: int, number: int) -> bool:
    """Return whether a process has a handler for a signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    [mask] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
    return bool(int(mask, 16) >> (number - 1) & 1)
