"""The table of exit codes in the documentation: every command in it has the code beside it."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]

PAGE = Path(__file__).parents[2] / "docs" / "usage.md"
ROW = re.compile(r"^\| ([\d, ]+) \| ([^|]+) \| `mnistseq ([^`]+)` \|$", re.MULTILINE)
ROWS = [
    (int(code), reason, command)
    for codes, reason, command in ROW.findall(PAGE.read_text("utf-8"))
    for code in codes.split(", ")
]
STOPPED = {128 + number: number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}


@pytest.fixture
def world(folder: Path, call: Call) -> Path:
    """A folder with what the commands of the table use."""
    batch = ("batch", "--count", 3, "--seed", 1, "-j", 1, "-q")
    assert call(*batch, "-o", "digits").code == 0
    shutil.copytree(folder / "digits", folder / "changed")
    next((folder / "changed").rglob("*.png")).write_bytes(b"changed")
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("mine")
    (folder / "existing.png").write_text("mine")
    (folder / "damaged.npz").write_text("damaged")
    (folder / "faulty.toml").write_text("[image]\nwidht = 3\n")
    (folder / "rows.csv").write_text("35x\n")
    return folder


def test_the_table_has_every_code() -> None:
    assert {code for code, _, _ in ROWS} == {0, 1, 2, *STOPPED}
    assert len({command for _, _, command in ROWS}) >= 20


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("code", "reason", "command"), [row for row in ROWS if row[0] not in STOPPED]
)
def test_a_command_of_the_table_has_its_exit_code(
    process: Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    code: int, reason: str, command: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("MNISTSEQ_OFFLINE", "1")
    monkeypatch.setenv("MNISTSEQ_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    done = process(*shlex.split(command))
    assert done.returncode == code, (reason, done.stderr)
    assert b"Traceback" not in done.stderr
    if code and "after the report" not in reason:
        assert b"Error: " in done.stderr


@pytest.mark.parametrize("code", STOPPED)
def test_a_command_that_is_stopped_has_the_exit_code_of_its_signal(folder: Path, code: int) -> None:
    [command] = [command for row, _, command in ROWS if row == code]
    arguments = [sys.executable, "-m", "mnistseq", *shlex.split(command), "-q"]
    # Under nohup a process ignores SIGHUP, and so do those that it starts.
    before = signal.signal(STOPPED[code], signal.SIG_DFL)
    running = subprocess.Popen(arguments, cwd=folder, stderr=subprocess.PIPE)
    signal.signal(STOPPED[code], before)
    try:
        for _ in range(600):
            if (folder / "large" / ".mnistseq").exists() or running.poll() is not None:
                break
            time.sleep(0.05)
        running.send_signal(STOPPED[code])
        error = running.communicate(timeout=30)[1]
    finally:
        running.kill()
    assert running.returncode == code, error
