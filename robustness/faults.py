"""Faults while data sets are made: ``nox -s faults``.

Each fault is provoked many times on the real command. Afterwards the run is resumed, and the data
set has to be, byte for byte, the one that an undisturbed run makes. ``--share 0.1`` does a tenth.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from pathlib import Path

BATCH = (
    *("batch", "--count", "400", "--length", "3-6", "--seed", "7", "--shard-size", "20"),
    *("--split", "train=0.8,val=0.2", "--progress", "off"),
)


class FaultError(Exception):
    """Something was lost, wrong or left behind."""


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
        options = ("--format", form, "--width", "200", "-j", "2")
        whole = _whole(folder, form, options)
        out = folder / "out"
        for _ in range(8):
            _run(*options, "-o", "out", "--resume", cwd=folder, after=chance.uniform(0.3, 3.0))
        _complete(folder, options, whole)
        shutil.rmtree(out)
    return f"{8 * rounds} kills of {rounds} data sets"


def full_disk(folder: Path, share: float) -> str:
    """A limit for the size of a file, which is a full disk for every writer, at every size."""
    options = ("--format", "webdataset", "-j", "1")
    whole = _whole(folder, "webdataset", options)
    largest = max(path.stat().st_size for path in (folder / "webdataset" / "out").glob("*.tar"))
    sizes = range(0, largest, max(1, int(largest / (150 * share))))
    for size in sizes:
        done = _run(
            *(*options, "-o", "out", "--resume"),
            cwd=folder,
            limit=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)),
        )
        if done.returncode not in {0, 1} or b"Traceback" in done.stderr:
            raise FaultError(f"{size} bytes: exit code {done.returncode}: {done.stderr!r}")
        _check_parts(folder / "out", whole)
    _complete(folder, options, whole)
    return f"{len(sizes)} sizes"


def two_runs(folder: Path, share: float) -> str:
    """Two runs begin in one folder at the same time: one makes the data set, one is refused."""
    options = ("--format", "webdataset", "-j", "1", "-o", "out", "--resume")
    whole = _whole(folder, "webdataset", options[:4])
    rounds = max(1, int(20 * share))
    for _ in range(rounds):
        command = [sys.executable, "-m", "mnistseq", *BATCH, *options]
        runs = [
            subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        ends = [(run.communicate()[1], run.returncode) for run in runs]
        if not any(code == 0 for _, code in ends):
            raise FaultError(f"no run made the data set: {ends}")
        for message, code in ends:
            if code and b"another run" not in message:
                raise FaultError(f"exit code {code}: {message!r}")
        _compare(folder / "out", whole)
        shutil.rmtree(folder / "out")
    return f"{rounds} pairs"


def environments(folder: Path, share: float) -> str:
    """Locales, a missing home, warnings as errors: always the same bytes."""
    options = ("--format", "files", "-j", "2")
    whole = _whole(folder, "files", options)
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
        done = _run(*options, "-o", "out", cwd=folder, env=environment, flags=flags)
        if done.returncode:
            raise FaultError(f"{name}: exit code {done.returncode}: {done.stderr!r}")
        _compare(folder / "out", whole)
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
        command = [sys.executable, "-m", "mnistseq", *BATCH, "-j", "2", "-o", "out"]
        command[command.index("400")] = "40000"
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as run:
            while not out.exists() and run.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 1.5))
            while out.exists():
                shutil.rmtree(out, ignore_errors=True)
            _, message = run.communicate(timeout=60)
        if run.returncode != 1 or b"Traceback" in message or out.exists():
            raise FaultError(f"exit code {run.returncode}, {sorted(folder.iterdir())}: {message!r}")
    return f"{rounds} times"


FAULTS: Mapping[str, Callable[[Path, float], str]] = {
    "kills": kills,
    "full-disk": full_disk,
    "two-runs": two_runs,
    "removed": removed,
    "environments": environments,
    "versions": versions,
}


def _run(
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
    ) as run:
        try:
            out, err = run.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            out, err = run.communicate()
    return subprocess.CompletedProcess(command, run.returncode, out, err)


def _whole(folder: Path, name: str, options: tuple[str, ...]) -> dict[str, str]:
    """Return the hashes of the files of the data set that an undisturbed run makes."""
    # The card of a data set has the name of its folder.
    out = folder / name / "out"
    if not out.exists():
        out.parent.mkdir()
        done = _run(*options, "-o", "out", cwd=out.parent)
        if done.returncode:
            raise FaultError(f"an undisturbed run ends with {done.returncode}: {done.stderr!r}")
    return _hashes(out)


def _complete(folder: Path, options: tuple[str, ...], whole: dict[str, str]) -> None:
    """Resume the data set, and compare it with the whole one."""
    done = _run(*options, "-o", "out", "--resume", cwd=folder)
    if done.returncode:
        raise FaultError(f"resuming ends with {done.returncode}: {done.stderr!r}")
    _compare(folder / "out", whole)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _compare(folder: Path, whole: dict[str, str]) -> None:
    found = _hashes(folder)
    if found != whole:
        names = sorted(name for name, _ in found.items() ^ whole.items())
        raise FaultError(f"differs from an undisturbed run: {names[:5]}")


def _check_parts(folder: Path, whole: dict[str, str]) -> None:
    """Check that each file that is there is whole; only the work folder may have others."""
    found = {name: h for name, h in _hashes(folder).items() if not name.startswith(".mnistseq/")}
    wrong = sorted(name for name, digest in found.items() if whole.get(name) != digest)
    if wrong:
        raise FaultError(f"{wrong[0]} is not whole")


if __name__ == "__main__":
    main()
