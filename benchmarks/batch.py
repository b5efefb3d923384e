"""How many images a second a whole batch makes: 10 digits, 390 pixels wide, fit pad, 1 and 2 jobs.

Real runs of the pipeline, from random sequences to shards that are flushed,
hashed, named and noted, beside what `formats.py` measures: composing alone,
encoding alone, by us and by Pillow as it comes, what one would write without
this package (compose, Pillow, json, tarfile), and writing as many bytes. All
take turns. Of a run with one job, what neither composing nor encoding took alone
counts as writing. A run's speed is that from its first
shards on, when every process is at work. Ratios hold on any machine with as
many free cores as jobs; images a second hold only on the one they were taken on.

``--memory N`` makes N images with the command and two jobs, and prints each process's peak.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from formats import BATCH, DIGITS, FORMATS, WIDTH, Shards

from mnistseq import Config
from mnistseq.core.protocols import Executor
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.executors.processes import Processes
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.open_plan import make_format
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.pipeline.shards.spec import Receipt

JOBS = (1, 2)

ALONE = ("compose", "encode", "Pillow", "Pillow and tarfile")

Times = dict[str, list[float]]
"""Contestant → seconds an image took, a number each round."""


class Runs:
    """Whole data sets, made and removed again."""

    def __init__(self, folder: Path, shard: int, shards: int) -> None:
        self.folder = folder
        self.shard = shard
        self.shards = shards

    def plan(self, form: str, number: int) -> DatasetPlan:
        """A data set that no round before has drawn."""
        config = Config(image={"width": WIDTH})
        return DatasetPlan.of(
            DatasetRequest(
                config=config,
                input=RandomInput(RandomSequences(10, DIGITS, DIGITS), self.shard * self.shards),
                seed=number,
                format=make_format(form, {}, config),
                root=str(self.folder / "set"),
                shard_samples=self.shard,
            )
        )

    def make(self, form: str, jobs: int, number: int) -> float:
        """Make one: seconds an image took, once every process had finished a shard."""
        times: list[float] = []

        def tell(_: Receipt) -> None:
            times.append(time.perf_counter())

        executor: Executor = Serial() if jobs == 1 else Processes(jobs)
        try:
            run_dataset(self.plan(form, number), executor, progress=tell)
        finally:
            shutil.rmtree(self.folder / "set", ignore_errors=True)
        # Two may be reported at the same moment.
        return max(times[-1] - times[jobs - 1], 1e-6) / ((len(times) - jobs) * self.shard)


def timed(call: Callable[[int], object], number: int, images: int) -> float:
    """Seconds an image took."""
    begin = time.perf_counter()
    call(number)
    return (time.perf_counter() - begin) / images


def measure(folder: Path, forms: list[str], shard: int, shards: int, rounds: int) -> Times:
    """Every contestant once a round; round 0 is not counted."""
    beside = Shards(folder, shard, "auto")
    calls = beside.contestants()
    runs = Runs(folder, shard, shards)
    times: Times = {}
    for number in range(rounds + 1):
        taken = {name: timed(calls[name], number, shard) for name in ALONE}
        for form in forms:
            calls[form](number)  # for its bytes
            taken[f"{form}: its bytes"] = timed(calls[f"{form}: its bytes"], number, shard)
            for jobs in JOBS:
                taken[f"{form}, {jobs}"] = runs.make(form, jobs, number)
        for name, seconds in taken.items() if number else ():
            times.setdefault(name, []).append(seconds)
    return times


def ratio(times: Times, one: str, other: str) -> float:
    """How many times as long `one` took as `other`: the median over the rounds."""
    return median(a / b for a, b in zip(times[one], times[other], strict=True))


def report(times: Times, forms: list[str], shard: int, shards: int) -> None:
    """Print images a second and ratios."""
    print(f"{DIGITS} digits, {WIDTH} px, fit pad; {shards} shards of {shard} images a run")
    for name in ALONE:
        print(f"{name:<20}{1 / median(times[name]):>10,.0f} images a second")
    print(
        "images a second; with one job, microseconds an image; times as long as composing and as\n"
        "the bytes alone; times as quick as Pillow, and as Pillow and tarfile; two jobs as one"
    )
    head = ("1 job", "2 jobs", "compose", "encode", "write", "/compose", "/bytes", "Pillow/")
    print(f"{'':<12}" + "".join(f" {word:>8}" for word in (*head, "tar/1", "tar/2", "1/2")))
    for form in forms:
        one, two = f"{form}, 1", f"{form}, 2"
        compose, whole = median(times["compose"]) * 1e6, median(times[one]) * 1e6
        encode = 0.0 if form == "npy" else median(times["encode"]) * 1e6
        numbers = [f"{1 / median(times[name]):,.0f}" for name in (one, two)]
        numbers += [f"{number:.1f}" for number in (compose, encode, whole - compose - encode)]
        numbers += [
            f"{ratio(times, *pair):.2f}"
            for pair in (
                (one, "compose"),
                (one, f"{form}: its bytes"),
                ("Pillow", one),
                ("Pillow and tarfile", one),
                ("Pillow and tarfile", two),
                (one, two),
            )
        ]
        print(f"{form:<12}" + "".join(f" {number:>8}" for number in numbers))


def memory(folder: Path, form: str, images: int) -> None:
    """Make a data set with two jobs, and print the peak of each process."""
    command = [sys.executable, "-m", "mnistseq", "batch", "--count", str(images)]
    command += ["--length", str(DIGITS), "--width", str(WIDTH), "--seed", "1", "--format", form]
    command += ["-o", str(folder / "set"), "-j", "2", "--progress", "off"]
    peaks: dict[int, float] = {}
    begin = time.perf_counter()
    with subprocess.Popen(command) as running:
        while running.poll() is None:
            for process in (running.pid, *children(running.pid)):
                peaks[process] = max(peaks.get(process, 0), peak(process))
            time.sleep(0.2)
    seconds = time.perf_counter() - begin
    if running.returncode:
        raise SystemExit(running.returncode)
    print(f"{form}: {images:,} images, 2 jobs, {seconds:.0f} s from start to end")
    print("peaks in MiB: " + ", ".join(f"{peaks[process]:.0f}" for process in sorted(peaks)))


def children(process: int) -> list[int]:
    """Those that a process began."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    except OSError:
        return []
    return [int(number) for number in text.split()]


def peak(process: int) -> float:
    """The most memory that a process had, in MiB."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return (
        max((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), default=0) / 1024
    )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shard", type=int, default=20 * BATCH, help="images in a shard")
    parser.add_argument("--shards", type=int, default=8, help="in a run")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contestant")
    parser.add_argument("--forms", nargs="+", choices=FORMATS, default=list(FORMATS), metavar="F")
    parser.add_argument("--memory", type=int, metavar="N", help="make N images, print peaks")
    parser.add_argument("--form", choices=FORMATS, default="webdataset", help="of --memory")
    parser.add_argument("--folder", type=Path, help="where to write; by default a temporary one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        if arguments.memory:
            memory(Path(folder), arguments.form, arguments.memory)
            return
        sizes = (arguments.shard, arguments.shards)
        times = measure(Path(folder), arguments.forms, *sizes, arguments.rounds)
        report(times, arguments.forms, *sizes)


if __name__ == "__main__":
    main()
