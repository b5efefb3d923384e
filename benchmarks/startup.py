"""How long a whole process takes, and how much memory: the command beside bare imports.

Each is run in turn, over and over; medians are taken, and ratios to the bare
``python -c 'import numpy, PIL.Image'``, which hold on any machine. A realistic image is also drawn
as if numba were not installed: where it is, it must not cost a single image more than a second,
whether functions are compiled already or not.
"""

from __future__ import annotations

# Nothing heavy here: a child's peak of memory begins with that of the process that made it.
import argparse
import os
import sys
import sysconfig
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

BARE = "import numpy, PIL.Image"

WITHOUT_NUMBA = "import sys; sys.modules['numba'] = None; from mnistseq.__main__ import run; run()"

MOST_SECONDS = 1.0
"""What numba may cost a single image."""

# As after an installation by pip: compiled once, not at every start.
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}


def measure(command: list[str]) -> tuple[float, float, float]:
    """Run a command to its end: seconds, MiB at its peak, and seconds of a processor."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begin = perf_counter()
    process = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    seconds = perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(command)} failed: {os.waitstatus_to_exitcode(status)}")
    # Linux counts in KiB, macOS in bytes.
    memory = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return seconds, memory, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print medians, and their ratios to the bare imports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=40, help="runs of each")
    rounds = parser.parse_args().rounds
    script = str(Path(sysconfig.get_path("scripts")) / "mnistseq")
    with tempfile.TemporaryDirectory() as folder:
        image = str(Path(folder) / "image.png")
        drawn = ["350", "--width", "390", "--seed", "1", "--force", "-o", image]
        large = ["--preset", "camera", "--height", "256"]
        realistic = ["350", *large, "--seed", "1", "--force", "-o", image]
        commands = {
            "bare import": [sys.executable, "-c", BARE],
            "--help": [sys.executable, script, "--help"],
            "generate": [sys.executable, script, "generate", *drawn],
            "realistic": [sys.executable, script, "generate", *realistic],
            "without numba": [sys.executable, "-c", WITHOUT_NUMBA, "generate", *realistic],
        }
        # Round 0 fills the glyph cache and the disk's, and is not counted.
        runs = [{name: measure(line) for name, line in commands.items()} for _ in range(rounds + 1)]
    print(f"whole process, median of {rounds} interleaved runs")
    for name in commands:
        seconds = median(run[name][0] for run in runs[1:])
        memory = median(run[name][1] for run in runs[1:])
        beside = median(run[name][0] / run["bare import"][0] for run in runs[1:])
        print(
            f"{name:<14}{seconds * 1000:>7.0f} ms{memory:>7.0f} MiB"
            f"{beside:>7.2f} times the bare import"
        )

    more = median(run["realistic"][2] - run["without numba"][2] for run in runs)
    print(f"numba costs a single image {more:.2f} s of a processor")
    if more > MOST_SECONDS:
        raise SystemExit(f"that is more than {MOST_SECONDS} s")


if __name__ == "__main__":
    main()
