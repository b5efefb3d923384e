"""How long a whole process takes, and how much memory: the command beside bare imports.

Each is run in turn, over and over; medians are taken, and ratios to the bare
``python -c 'import numpy, PIL.Image'``, which hold on any machine.
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

# As after an installation by pip: compiled once, not at every start.
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command to its end: seconds, and MiB at its peak."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begin = perf_counter()
    process = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    seconds = perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(command)} failed: {os.waitstatus_to_exitcode(status)}")
    # Linux counts in KiB, macOS in bytes.
    return seconds, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Print medians, and their ratios to the bare imports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=40, help="runs of each")
    rounds = parser.parse_args().rounds
    script = str(Path(sysconfig.get_path("scripts")) / "mnistseq")
    with tempfile.TemporaryDirectory() as folder:
        image = str(Path(folder) / "image.png")
        drawn = ["350", "--width", "390", "--seed", "1", "--force", "-o", image]
        commands = {
            "bare import": [sys.executable, "-c", BARE],
            "--help": [sys.executable, script, "--help"],
            "generate": [sys.executable, script, "generate", *drawn],
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


if __name__ == "__main__":
    main()
