"""Fixtures that run the command, in this process or in a new one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.needed import package_or_skip

from mnistseq.cli import main


@dataclass(frozen=True)
class Done:
    """Exit code and output of a call."""

    code: int
    out: str
    err: str


Call = Callable[..., Done]
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command in this process, in `folder`."""

    def run(*arguments: object) -> Done:
        assert Path.cwd() == folder
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main([str(argument) for argument in arguments], prog_name="mnistseq")
        written = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Done(code, written.out, written.err)

    return run


@pytest.fixture
def refused(call: Call, folder: Path) -> Callable[..., str]:
    """Run the command with arguments that it must refuse; return its message. No file changes."""

    def run(*arguments: object, code: int = 2) -> str:
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        done = call(*arguments)
        assert done.code == code, done
        assert done.out == ""
        assert "Traceback" not in done.err
        after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert after == before
        assert "draws the same again" not in done.err
        return done.err[done.err.index("Error: ") :]

    return run


@pytest.fixture
def process(folder: Path) -> Process:
    """Run the command as a new process, in `folder`."""

    def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "mnistseq", *map(str, arguments)]
        options.setdefault("cwd", folder)
        if "stdout" not in options:
            options["stdout"] = subprocess.PIPE
        return subprocess.run(command, stderr=subprocess.PIPE, timeout=60, check=False, **options)

    return run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB; the test is skipped if this user may not mount one."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [mount or "", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if (
        not (mount and unmount)
        or subprocess.run(command, capture_output=True, check=False).returncode
    ):
        pytest.skip("needs the right to mount a small disk")
    yield disk
    subprocess.run([unmount, "-l", str(disk)], check=True)


@pytest.fixture
def make(call: Call, folder: Path) -> Callable[..., Path]:
    """Make a data set of 40 samples in shards of ten, in the folder out."""

    def made(form: str = "webdataset", *options: object) -> Path:
        package_or_skip(form)
        done = call(
            *("batch", "--count", 40, "--width", 200, "--seed", 1, "-o", "out", "-j", 1),
            *("--format", form, "--shard-size", 10, *options),
        )
        assert done.code == 0, done
        return folder / "out"

    return made


@pytest.fixture
def without_writers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty glyphs of two labels in an .npz file, with no record of their writers."""
    path = tmp_path_factory.mktemp("without-writers") / "digits.npz"
    np.savez(path, x=np.full((20, 5, 4), 200, dtype=np.uint8), y=np.arange(20) % 2)
    return path
