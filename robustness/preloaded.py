"""Faults that a preloaded library provokes: failing disks, and a clock that jumps."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from runs import MANY, FaultError, check_parts, compare, complete, run, whole

FORMATS = ("files", "webdataset", "npy", "parquet", "lmdb")
_YEARS = 10 * 365 * 24 * 3600


def failing_disk(folder: Path, share: float) -> str:
    """Fail each call that writes, flushes or renames a file with EIO, one in each run."""
    preload = _preload()
    if preload is None:
        return "not done: there is no C compiler"
    done = 0
    for form in FORMATS:
        options = ("--count", "6", "--shard-size", "3", "--width", "200", "--format", form)
        expected = whole(folder, form, (*options, "-j", "1"))
        arguments = (*options, "-j", "1", "-o", "out", "--resume")
        faults = preload | {"MNISTSEQ_FAULT_FOLDER": f"{folder}/out"}
        counted = faults | {"MNISTSEQ_FAULT_COUNT": f"{folder}/count"}
        run(*arguments, cwd=folder, env=os.environ | counted)
        calls = int((folder / "count").read_text())
        shutil.rmtree(folder / "out")
        for number in range(1, calls + 1, max(1, round(1 / share))):
            failing = os.environ | faults | {"MNISTSEQ_FAULT_AT": str(number)}
            ended = run(*arguments, cwd=folder, env=failing)
            if ended.returncode not in {0, 1} or b"Traceback" in ended.stderr:
                raise FaultError(f"{form}, call {number}: {ended.returncode}: {ended.stderr!r}")
            if (folder / "out").exists():
                check_parts(folder / "out", expected)
            complete(folder, (*options, "-j", "1"), expected)
            shutil.rmtree(folder / "out")
            done += 1
    return f"{done} calls of {len(FORMATS)} formats failed"


def jumping_clock(folder: Path, share: float) -> str:
    """Let the clock jump by ten years at each look: the same bytes, and locks that hold."""
    preload = _preload()
    if preload is None:
        return "not done: there is no C compiler"
    jumping = os.environ | preload | {"MNISTSEQ_FAULT_CLOCK": str(_YEARS)}
    options = (*MANY, "--format", "webdataset", "-j", "2")
    expected = whole(folder, "webdataset", options)
    rounds = max(1, round(10 * share))
    for number in range(rounds):
        run(*options, "-o", "out", "--resume", cwd=folder, env=jumping, after=1 + number / 5)
        ended = run(*options, "-o", "out", "--resume", cwd=folder, env=jumping)
        if ended.returncode:
            raise FaultError(f"exit code {ended.returncode}: {ended.stderr!r}")
        compare(folder / "out", expected)
        shutil.rmtree(folder / "out")
    return f"{rounds} killed runs resumed"


@cache
def _preload() -> dict[str, str] | None:
    """Compile the library; return the environment that preloads it, or None."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    library = Path(tempfile.mkdtemp(prefix="mnistseq-faults-"), "shim.so")
    source = Path(__file__).with_name("shim.c")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(library)}
