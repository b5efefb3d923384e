"""The benchmark of the formats runs; its figures are not tested, because machines are busy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "formats.py"


def test_the_benchmark_prints_speeds_and_ratios(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("lmdb")
    command = [sys.executable, str(SCRIPT), "--size", "128", "--rounds", "1"]
    command += ["--compression", "zlib", "--folder", str(tmp_path)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name in ("compose", "encode", "Pillow", "Pillow and tarfile"):
        assert re.search(rf"^{name} +[\d,]+ images a second$", output, flags=re.MULTILINE)
    for name in ("files", "webdataset", "parquet", "lmdb", "npy"):
        assert re.search(rf"^{name} +[\d,]+( +-?\d+\.\d+){{7}}$", output, flags=re.MULTILINE)
