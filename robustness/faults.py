"""Faults while data sets are made: ``nox -s faults``.

Each fault is provoked many times on the real command. Afterwards the run is resumed, and the data
set has to be, byte for byte, the one that an undisturbed run makes. ``--share 0.1`` does a tenth.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from preloaded import failing_disk, jumping_clock
from runs import BATCH, MANY, FaultError, check_parts, compare, complete, run, whole


def main() -> None:
    """Provoke all faults, or those that are named; exit with 1 if one did harm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the repetitions")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    arguments = parser.parse_args()
    failed = 0
    for name in arguments.faults or FAULTS:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="mnistseq-faults-") as folder:
            try:
                summary = FAULTS[name](Path(folder), arguments.share)
            except FaultError as error:
                failed, summary = failed + 1, f"FAILED: {error}"
        print(f"{name}: {summary}, {time.monotonic() - started:.0f} s", flush=True)
    sys.exit(1 if failed else 0)


def kills(folder: Path, share: float) -> str:
    """SIGKILL after a random time, 200 times in all, until the data set is complete."""
    chance = random.Random(1)
    rounds = max(1, round(25 * share))
    for form in islice(cycle(("files", "webdataset", "npy", "parquet", "lmdb")), rounds):
        options = (*MANY, "--format", form, "--width", "200", "-j", "2")
        expected = whole(folder, form, options)
        out = folder / "out"
        for _ in range(8):
            run(*options, "-o", "out", "--resume", cwd=folder, after=chance.uniform(0.3, 3.0))
        complete(folder, options, expected)
        shutil.rmtree(out)
    return f"{8 * rounds} kills of {rounds} data sets"


def full_disk(folder: Path, share: float) -> str:
    """A limit for the size of a file, which is a full disk for every writer, at every size."""
    options = (*MANY, "--format", "webdataset", "-j", "1")
    expected = whole(folder, "webdataset", options)
    largest = max(path.stat().st_size for path in (folder / "webdataset" / "out").glob("*.tar"))
    sizes = range(0, largest, max(1, int(largest / (150 * share))))
    for size in sizes:
        done = run(
            *(*options, "-o", "out", "--resume"),
            cwd=folder,
            limit=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)),
        )
        if done.returncode not in {0, 1} or b"Traceback" in done.stderr:
            raise FaultError(f"{size} bytes: exit code {done.returncode}: {done.stderr!r}")
        check_parts(folder / "out", expected)
    complete(folder, options, expected)
    return f"{len(sizes)} sizes"


def two_runs(folder: Path, share: float) -> str:
    """Two runs begin in one folder at the same time: one makes the data set, one is refused."""
    options = (*MANY, "--format", "webdataset", "-j", "1", "-o", "out", "--resume")
    expected = whole(folder, "webdataset", options[:-3])
    rounds = max(1, int(20 * share))
    for _ in range(rounds):
        command = [sys.executable, "-m", "mnistseq", *BATCH, *options]
        pair = [
            subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        ends = [(one.communicate()[1], one.returncode) for one in pair]
        if not any(code == 0 for _, code in ends):
            raise FaultError(f"no run made the data set: {ends}")
        for message, code in ends:
            if code and b"another run" not in message:
                raise FaultError(f"exit code {code}: {message!r}")
        compare(folder / "out", expected)
        shutil.rmtree(folder / "out")
    return f"{rounds} pairs"


def environments(folder: Path, share: float) -> str:
    """Locales, a missing home, warnings as errors: always the same bytes."""
    options = (*MANY, "--format", "files", "-j", "2")
    expected = whole(folder, "files", options)
    cases: Mapping[str, tuple[dict[str, str | None], tuple[str, ...]]] = {
        "Turkish": ({"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}, ()),
        "C": ({"LC_ALL": "C", "PYTHONUTF8": "0"}, ()),
        "no home": ({"HOME": None, "XDG_CACHE_HOME": None, "MNISTSEQ_CACHE": None}, ()),
        "hash seed": ({"PYTHONHASHSEED": "12345"}, ()),
        "development mode": ({}, ("-X", "dev", "-W", "error")),
        "another clock": ({"TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": "0"}, ()),
    }
    for name, (changes, flags) in cases.items():
        environment = {key: value for key, value in os.environ.items() if key not in changes}
        environment |= {key: value for key, value in changes.items() if value is not None}
        done = run(*options, "-o", "out", cwd=folder, env=environment, flags=flags)
        if done.returncode:
            raise FaultError(f"{name}: exit code {done.returncode}: {done.stderr!r}")
        compare(folder / "out", expected)
        shutil.rmtree(folder / "out")
    return f"{len(cases)} environments"


def versions(folder: Path, share: float) -> str:
    """Each installed Python from 3.11 that has the package draws the same pixels."""
    script = (
        "import hashlib, mnistseq; b = mnistseq.build_composer().compose(['350', '123'], seed=1); "
        "print(hashlib.sha256(b''.join(i.tobytes() for i in b.images)).hexdigest())"
    )
    found = {}
    for minor in (11, 12, 13, 14):
        python = shutil.which(f"python3.{minor}")
        if python:
            done = subprocess.run(
                [python, "-c", script], capture_output=True, text=True, check=False
            )
            if not done.returncode:
                found[f"3.{minor}"] = done.stdout
    own = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    found["this"] = own.stdout
    if len(set(found.values())) > 1:
        raise FaultError(f"other pixels: {found}")
    return f"Python {', '.join(found)}"


def removed(folder: Path, share: float) -> str:
    """The folder is removed while the data set is made: an error, and nothing is left."""
    rounds = max(1, int(20 * share))
    chance = random.Random(2)
    out = folder / "out"
    for _ in range(rounds):
        command = [sys.executable, "-m", "mnistseq", *BATCH, *MANY, "-j", "2", "-o", "out"]
        command[command.index("400")] = "40000"
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as made:
            while not out.exists() and made.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 1.5))
            while out.exists():
                shutil.rmtree(out, ignore_errors=True)
            _, message = made.communicate(timeout=60)
        if made.returncode != 1 or b"Traceback" in message or out.exists():
            raise FaultError(
                f"exit code {made.returncode}, {sorted(folder.iterdir())}: {message!r}"
            )
    return f"{rounds} times"


def start_methods(folder: Path, share: float) -> str:
    """The command runs in a process that multiprocessing started, in each of its ways."""
    options = (*MANY, "--format", "files", "-j", "2")
    expected = whole(folder, "files", options)
    script = (
        "import runpy, sys; from multiprocessing import get_context; method = sys.argv.pop(1); "
        "arguments = ('mnistseq', None, '__main__'); "
        "child = get_context(method).Process(target=runpy.run_module, args=arguments); "
        "child.start(); child.join(); sys.exit(child.exitcode)"
    )
    methods = ("spawn", "forkserver", "fork")
    for method in methods:
        command = [sys.executable, "-c", script, method, *BATCH, *options, "-o", "out"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        if done.returncode:
            raise FaultError(f"{method}: exit code {done.returncode}: {done.stderr!r}")
        compare(folder / "out", expected)
        shutil.rmtree(folder / "out")
    return ", ".join(methods)


FAULTS: Mapping[str, Callable[[Path, float], str]] = {
    "kills": kills,
    "full-disk": full_disk,
    "failing-disk": failing_disk,
    "jumping-clock": jumping_clock,
    "two-runs": two_runs,
    "removed": removed,
    "environments": environments,
    "start-methods": start_methods,
    "versions": versions,
}


if __name__ == "__main__":
    main()
