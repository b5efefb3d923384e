"""The benchmarks run; how quick it is, a test on a busy machine cannot tell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(name: str, *arguments: str) -> str:
    script = [sys.executable, str(BENCHMARKS / name), *arguments]
    return subprocess.run(script, capture_output=True, text=True, check=True).stdout


def test_compose_prints_speeds_and_ratios() -> None:
    output = run("compose.py", "--batch", "8", "--rounds", "2")
    for name in ("plan", "compose", "both", "loop", "bound"):
        assert re.search(rf"^{name} +[\d,]+ images a second$", output, flags=re.MULTILINE)
    for ratio in ("loop / compose", "compose / bound", "both, crop ink / both"):
        assert re.search(rf"^{ratio} +\d+\.\d\d$", output, flags=re.MULTILINE)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not tell a child's memory")
def test_startup_prints_time_memory_and_ratio() -> None:
    output = run("startup.py", "--rounds", "1")
    for name in ("bare import", "--help", "generate"):
        line = rf"^{name} +\d+ ms +\d+ MiB +\d+\.\d\d times the bare import$"
        assert re.search(line, output, flags=re.MULTILINE)


def test_transforms_prints_speeds_and_ratios() -> None:
    output = run("transforms.py", "--batch", "20", "--rounds", "1")
    for name in ("affine", "affine \\+ blur", "elastic", "original"):
        line = rf"^{name} +[\d,]+ +[\d,]+ +([\d,]+|-)   x \d+\.\d"
        assert re.search(line, output, flags=re.MULTILINE)


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="peaks are read from /proc")
def test_batch_prints_speeds_ratios_and_memory() -> None:
    forms = ("files", "npy")
    output = run("batch.py", "--shard", "128", "--shards", "3", "--rounds", "1", "--forms", *forms)
    for name in forms:
        line = rf"^{name} +[\d,]+ +[\d,]+( +-?\d+\.\d){{3}}( +\d+\.\d\d){{6}}$"
        assert re.search(line, output, flags=re.MULTILINE)
    output = run("batch.py", "--memory", "300")
    assert re.search(r"^peaks in MiB: \d+(, \d+)*$", output, flags=re.MULTILINE)


def test_driver_prints_its_cost_a_shard() -> None:
    output = run("driver.py", "--shards", "60", "--workers", "1", "serial", "processes")
    assert output.startswith("a layout of 600,000 samples in 60 shards: ")
    for name in ("serial", "processes"):
        line = rf"^{name} +\d+ µs of the driver +\d+ µs in all$"
        assert re.search(line, output, flags=re.MULTILINE)


@pytest.mark.slow
def test_training_prints_speeds_and_ratios() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("webdataset")
    output = run("training.py", "--samples", "128", "--rounds", "1", "--workers", "0")
    for name in ("drawn", "drawn, shuffled", "drawn, stream", "PNG files", "WebDataset"):
        assert re.search(rf"^{name} +[\d,]+ samples a second +\d+\.\d\d$", output, re.MULTILINE)
