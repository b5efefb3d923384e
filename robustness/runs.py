"""Runs of the real command, and what they have to leave behind."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

BATCH = (
    "batch",
    "--length",
    "3-6",
    "--seed",
    "7",
    "--split",
    "train=0.8,val=0.2",
    "--progress",
    "off",
)
MANY = ("--count", "400", "--shard-size", "20")
"""A data set of 20 shards."""


class FaultError(Exception):
    """Something was lost, wrong or left behind."""


def run(
    *options: str,
    cwd: Path,
    after: float | None = None,
    limit: Callable[[], None] | None = None,
    env: Mapping[str, str] | None = None,
    flags: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[bytes]:
    """Run the command; kill its whole group after some seconds, if they are given."""
    command = [sys.executable, *flags, "-m", "mnistseq", *BATCH, *options]
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limit,  # noqa: PLW1509  # this process has one thread
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def whole(folder: Path, name: str, options: tuple[str, ...]) -> dict[str, str]:
    """Return the hashes of the files of the data set that an undisturbed run makes."""
    # The card of a data set has the name of its folder.
    out = folder / name / "out"
    if not out.exists():
        out.parent.mkdir()
        done = run(*options, "-o", "out", cwd=out.parent)
        if done.returncode:
            raise FaultError(f"an undisturbed run ends with {done.returncode}: {done.stderr!r}")
    return hashes(out)


def complete(folder: Path, options: tuple[str, ...], expected: dict[str, str]) -> None:
    """Resume the data set, and compare it with the whole one."""
    done = run(*options, "-o", "out", "--resume", cwd=folder)
    if done.returncode:
        raise FaultError(f"resuming ends with {done.returncode}: {done.stderr!r}")
    compare(folder / "out", expected)


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file, at every depth."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def compare(folder: Path, expected: dict[str, str]) -> None:
    """Check that a data set has the files of the whole one."""
    found = hashes(folder)
    if found != expected:
        names = sorted(name for name, _ in found.items() ^ expected.items())
        raise FaultError(f"differs from an undisturbed run: {names[:5]}")


def check_parts(folder: Path, expected: dict[str, str]) -> None:
    """Check that each file is whole; unfinished ones have other names."""
    found = {name: h for name, h in hashes(folder).items() if not name.startswith(".mnistseq")}
    wrong = sorted(name for name, digest in found.items() if expected.get(name) != digest)
    if wrong:
        raise FaultError(f"{wrong[0]} is not whole")
