"""Fuzz what reads data from strangers: ``nox -s fuzz -- --seconds 60`` or ``--runs 1000000``.

Every target runs in a process of its own, with limits of time and memory for each execution.
Atheris chooses inputs by the code that they reach, where it is installed; otherwise they are
valid inputs that are changed at random. An input that fails is kept in ``seeds/``,
which a test runs again.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random
from types import FrameType

SEEDS = Path(__file__).parent / "seeds"
MEMORY = 3 << 30
"""Bytes of address space."""

SECONDS = 20
"""Of computing time, for one execution."""

_LONGEST = 1 << 16

_AWKWARD = (
    *(b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80", b"\n", b"\r", b"\t", b",", b'"'),
    *(b"[" * 2000, b"{", b"}", b"]", b"(", b")*", b"{9}", b"9" * 5000, b"-1", b"1e999", b"NaN"),
    *(b"null", b"true", b"\\ud800", b"\xed\xa0\x80", "\u0661\u0130\ufeff\U0001f600".encode()),
)
"""Parts that parsers have stumbled over."""


def main() -> None:
    """Fuzz all targets or some, one after the other; exit with 1 if an input failed."""
    arguments = _parse()
    if arguments.only is not None:
        if arguments.engine == "atheris" or (arguments.engine == "auto" and find_spec("atheris")):
            _with_atheris(arguments.only, arguments.seconds, arguments.runs)
        else:
            _with_mutations(arguments.only, arguments.seconds, arguments.runs, arguments.seed)
        return
    from fuzz_targets import TARGETS

    names = arguments.targets or list(TARGETS)
    failed = []
    for name in names:
        command = [sys.executable, __file__, "--only", name, "--engine", arguments.engine]
        command += ["--seconds", str(arguments.seconds / len(names))]
        command += ["--runs", str(arguments.runs // len(names)), "--seed", str(arguments.seed)]
        started = time.monotonic()
        done = subprocess.run(command, check=False, stderr=subprocess.PIPE, errors="replace")
        executed = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        if executed:
            _report(name, "Atheris", int(executed[1]), time.monotonic() - started)
        if done.returncode:
            print(done.stderr[-3000:])
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; the inputs are in {SEEDS}")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together")
    parser.add_argument(
        "--runs", type=int, default=10**9, help="executions of all targets together"
    )
    parser.add_argument("--engine", choices=["auto", "atheris", "mutations"], default="auto")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="of the random changes")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*")
    return parser.parse_args()


def _guarded(name: str) -> tuple[Callable[[bytes], None], tuple[bytes, ...], Callable[[], int]]:
    """Return a target with its limits, its seeds, and a function that counts executions."""
    from fuzz_targets import TARGETS, execute

    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # of this process
    if Path("/dev/shm").is_dir():
        tempfile.tempdir = "/dev/shm"
    target = TARGETS[name]()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    count = 0

    def guarded(data: bytes) -> None:
        nonlocal count
        count += 1
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            execute(target, data)
        except BaseException:
            folder = SEEDS / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / sha256(data).hexdigest()[:16]).write_bytes(data)
            raise
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    kept = tuple(path.read_bytes() for path in sorted((SEEDS / name).glob("*")))
    return guarded, (*target.seeds, *kept), lambda: count


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"one execution took more than {SECONDS} s")


def _report(name: str, engine: str, count: int, seconds: float) -> None:
    print(
        f"{name}: {count} executions in {seconds:.0f} s, {engine}", file=sys.__stdout__, flush=True
    )


def _with_mutations(name: str, seconds: float, runs: int, seed: int) -> None:
    guarded, seeds, count = _guarded(name)
    started = time.monotonic()
    random = Random(seed)
    inputs = list(seeds)
    while count() < runs and time.monotonic() - started < seconds:
        guarded(_changed(random, random.choice(inputs), inputs))
    _report(name, "random changes", count(), time.monotonic() - started)


def _changed(random: Random, data: bytes, inputs: list[bytes]) -> bytes:
    """Change an input in a few places, most of them small."""
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at, length = random.randint(0, len(data)), random.choice((0, 1, 1, 2, 4, 16))
        kind = random.randrange(5)
        if kind == 0:
            part = random.randbytes(max(1, length))
        elif kind == 1:
            part = random.choice(_AWKWARD)
        elif kind == 2:
            other = random.choice(inputs)
            first = random.randint(0, len(other))
            part = other[first : first + random.randint(0, 64)]
        elif kind == 3:
            part = data[at : at + random.randint(0, 32)] * random.choice((2, 3, 50))
        else:
            part = b""
        data = data[:at] + part + data[at + length :]
    return data[:_LONGEST]


def _with_atheris(name: str, seconds: float, runs: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["mnistseq", "fuzz_targets"]):
        guarded, seeds, _ = _guarded(name)
    corpus = Path(os.environ.get("MNISTSEQ_FUZZ_CORPUS", ".fuzz")) / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = [
        f"-max_total_time={max(1, int(seconds))}",
        f"-runs={runs}",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    options += [
        "-max_len=8192",
        f"-timeout={SECONDS}",
        "-rss_limit_mb=3000",
        f"-artifact_prefix={corpus.parent}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], guarded)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
