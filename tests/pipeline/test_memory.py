"""Memory depends on the work at hand, not on the size of a data set or on what a file claims."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux reports it"),
]

PEAK = """
import sys
from mnistseq.cli import main
try:
    main(sys.argv[1:])
finally:
    # Unlike that of getrusage, this peak does not begin with that of the process that made this one.
    with open("/proc/self/status") as status:
        found = next(line for line in status if line.startswith("VmHWM"))
    print(int(found.split()[1]) // 1024, file=sys.stderr)
"""


def peak(folder: Path, *arguments: object) -> int:
    """Return the most memory of a command, in MiB."""
    command = [sys.executable, "-c", PEAK, *map(str, arguments)]
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, timeout=300
    )
    *_, memory = done.stderr.split()
    assert done.returncode == 0, done.stderr
    return int(memory)


def test_a_high_image_takes_a_few_times_its_own_size(tmp_path: Path) -> None:
    """Ten digits of 4,096 x 4,096 pixels are 170 MB, and so is the image."""
    assert peak(tmp_path, "generate", "0123456789", "--height", 4096, "--seed", 1) < 450


def test_transforms_take_a_few_times_the_image_and_no_field_of_all_its_pixels(
    tmp_path: Path,
) -> None:
    """The image is 12 MB; patterns of all of its pixels would be 200 MB."""
    request = ("generate", "35", "--height", 2048, "--seed", 1)
    assert peak(tmp_path, *request, "--preset", "camera") < 160


def test_drawing_again_takes_the_memory_of_a_batch(tmp_path: Path) -> None:
    """The images of one shard are 200 MB."""
    request = ("--count", 20_000, "--length", 5, "--width", 350, "--format", "npy", "--seed", 1)
    made = peak(tmp_path, "batch", *request, "--shard-size", 20_000, "-j", 1, "-o", "set")
    assert made < 200
    assert peak(tmp_path, "verify", "set", "--redraw", "100%", "-j", 1) < made + 20
    assert peak(tmp_path, "verify", "set") < 120
