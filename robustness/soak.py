"""Make a large data set, and watch memory and open files: ``nox -s soak -- --samples 10000000``.

The whole pipeline runs in this process, so that whatever grows is seen. From a tenth of the shards
on, memory may grow by 5 % at most, and the number of open files not at all.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from mnistseq import make_dataset
from mnistseq.pipeline.verify.check import verify


def main() -> None:
    """Make the data set, verify it, and exit with 1 if memory or open files grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000_000)
    parser.add_argument("--shard-size", type=int, default=10_000)
    parser.add_argument("--format", default="npy")
    arguments = parser.parse_args()
    started = time.monotonic()
    seen: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory(prefix="mnistseq-soak-") as folder:
        make_dataset(
            {"image": {"width": 26, "height": 12}, "spacing": {"min": 0, "max": 2}},
            f"{folder}/set",
            count=arguments.samples,
            length="1-2",
            seed=1,
            format=arguments.format,
            shard_size=arguments.shard_size,
            jobs=1,
            progress=lambda _: seen.append(_state()),
        )
        made = time.monotonic() - started
        verified = verify(f"{folder}/set").passed
    later = seen[len(seen) // 10 :]
    memory, files = [one for one, _ in later], [one for _, one in later]
    growth = max(memory) / memory[0] - 1
    print(
        f"{arguments.samples} samples in {len(seen)} shards, {made:.0f} s; memory {memory[0]} to "
        f"{max(memory)} MiB ({growth:+.1%}); open files {files[0]} to {max(files)}; "
        f"verified: {verified}"
    )
    sys.exit(0 if verified and growth <= 0.05 and max(files) <= files[0] else 1)


def _state() -> tuple[int, int]:
    """Return memory in MiB, and the number of open files."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20, len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    main()
