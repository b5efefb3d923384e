"""``mnistseq batch`` and what already exists at its output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Call, Process
from tests.cli.rights import give_up_reading_all
from tests.datasets import contents

FEW = ("--count", 12, "--shard-size", 4, "--seed", 3, "-j", 1, "--progress", "off")


@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--force"], ["--resume"]])
def test_a_folder_with_something_else_is_refused(
    refused: Callable[..., str], folder: Path, more: list[str]
) -> None:
    (folder / "out" / ".mnistseq").mkdir(parents=True)  # perhaps of another tool of that name
    (folder / "out" / "mine").write_text("mine")
    message = refused("batch", *FEW, "-o", "out", *more)
    assert "out: is not empty and not a data set of mnistseq: it contains mine; " in message


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_an_existing_data_set_is_refused_without_resume_or_force(
    call: Call, folder: Path, more: list[str]
) -> None:
    call("batch", *FEW, "-o", "out")
    before = contents(folder)
    done = call("batch", *FEW, "-o", "out", *more)
    assert (done.code, done.out) == (2, "")
    assert (
        "out: already contains a finished data set\nComplete it with --resume, or replace"
        in done.err
    )
    assert contents(folder) == before


def test_the_folder_is_checked_before_the_rows_are_read(
    refused: Callable[..., str], folder: Path
) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "mine").write_text("mine")
    (folder / "r.csv").write_text("no label\n")
    assert "is not empty" in refused("batch", "r.csv", "-o", "out")


def test_an_empty_output_is_refused(refused: Callable[..., str]) -> None:
    assert "no folder is given" in refused("batch", *FEW, "-o", "")


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_file_and_a_broken_link_are_refused(
    refused: Callable[..., str], folder: Path, more: list[str]
) -> None:
    (folder / "file").write_text("mine")
    (folder / "link").symlink_to(folder / "nothing")
    assert "file: is a file; give a folder" in refused("batch", *FEW, "-o", "file", *more)
    assert "link: is a link to a folder that does not exist" in refused(
        "batch", *FEW, "-o", "link", *more
    )


def test_resume_and_force_exclude_each_other(refused: Callable[..., str]) -> None:
    message = refused("batch", *FEW, "-o", "out", "--resume", "--force")
    assert "--resume keeps the existing data set, --force removes it; give one of them" in message


def test_force_keeps_the_only_copy_of_the_rows(call: Call, folder: Path) -> None:
    """Otherwise the folder would be emptied first, and there would be nothing to read."""
    (folder / "r.csv").write_text("123\n456\n")
    call("batch", "r.csv", "-o", "out", *FEW[2:])
    before = contents(folder)
    for again in (["batch", "out/sequences.csv"], ["remake", "out"]):
        done = call(*again, "-o", "out", "--force")
        assert done.code == 2
        assert "sequences.csv: is in out, whose data set would be removed" in done.err
        assert contents(folder) == before
    assert call("batch", "r.csv", "-o", "out", *FEW[2:], "--force").code == 0
    assert contents(folder) == before


def test_dry_run_counts_existing_samples(call: Call, folder: Path) -> None:
    call("batch", *FEW, "-o", "out")
    (folder / "out" / "manifest.json").rename(folder / "manifest.json")
    (folder / "out" / ".mnistseq").mkdir()
    assert call("batch", *FEW, "-o", "out", "--dry-run", "--resume").code == 2
    (folder / "manifest.json").rename(folder / "out" / "manifest.json")
    done = call("batch", *FEW, "-o", "out", "--dry-run", "--resume")
    assert done.code == 0
    assert done.out.startswith("12 images (12 exist) in 3 shards, about ")
    assert " and 0.0 s on one core" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights as POSIX has them")
def test_a_folder_without_read_permission_is_an_error(process: Process, folder: Path) -> None:
    (folder / "out" / ".mnistseq").mkdir(parents=True)
    (folder / "out" / ".mnistseq").chmod(0)
    anyone = give_up_reading_all if os.access(folder / "out" / ".mnistseq", os.R_OK) else None
    done = process("batch", *FEW, "-o", "out", preexec_fn=anyone)
    (folder / "out" / ".mnistseq").chmod(0o700)
    assert done.returncode == 1
    text = done.stderr.decode()
    assert text.startswith("Error: out")
    assert "Permission denied" in text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_closed_standard_error_does_no_harm(folder: Path) -> None:
    """Without standard error, no progress is shown."""
    command = f"{sys.executable} -m mnistseq batch --count 4 -j 1 -o out 2>&-"
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, check=False)  # noqa: S602
    assert done.returncode == 0
    assert done.stdout.startswith(b"out: 4 images in 1 shard ")
    assert (folder / "out" / "manifest.json").is_file()
