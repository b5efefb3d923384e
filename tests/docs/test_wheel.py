"""The wheel installs manual pages and completion where a system looks for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "share" / "man" / "man1").iterdir())


def test_the_wheel_has_everything_in_share(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    installed = {name.partition(".data/data/")[2] for name in names}
    assert "share/man/man1/mnistseq-batch.1" in installed
    assert "share/zsh/site-functions/_mnistseq" in installed
    files = [path for path in (ROOT / "share").rglob("*") if path.is_file()]
    assert {path.relative_to(ROOT).as_posix() for path in files} <= installed


def test_manual_pages_are_read_without_warnings() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("needs groff")
    command = [groff, "-man", "-Tascii", "-ww", "-z", *map(str, PAGES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_man_finds_a_command() -> None:
    man = shutil.which("man")
    if man is None:
        pytest.skip("needs man")
    environment = {**os.environ, "MANPATH": str(ROOT / "share" / "man"), "MANWIDTH": "80"}
    done = subprocess.run(
        [man, "mnistseq-batch"], env=environment, capture_output=True, text=True, check=True
    )
    assert "Make a data set of images" in done.stdout
