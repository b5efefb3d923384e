"""Temporary files of killed processes are removed by the next run, those in use are not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mnistseq.temporary import remove_leftovers, temporary_file, temporary_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs locks of POSIX")

KILLED = """
import os
from mnistseq.temporary import temporary_file, temporary_folder
with temporary_folder() as folder, temporary_file() as file:
    (folder / "part").touch()
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def age(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (time.time() - 100,) * 2)


def test_what_a_killed_process_left_is_removed(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False)
    (folder / "mnistseq-theirs-and-longer").touch()
    assert len(list(folder.iterdir())) == 3
    remove_leftovers()
    assert len(list(folder.iterdir())) == 3, "something new may not be locked yet"
    age(folder)
    remove_leftovers()
    assert [path.name for path in folder.iterdir()] == ["mnistseq-theirs-and-longer"]


def test_what_is_in_use_is_kept(folder: Path) -> None:
    with temporary_folder() as used, temporary_file() as file:
        age(folder)
        with temporary_folder():
            pass
        assert used.is_dir()
        assert Path(file.name).is_file()
    assert not list(folder.iterdir())
