"""The scripts of `nox -s readers` whose packages are in the environment of the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

READERS = Path(__file__).parents[1] / "readers"


@pytest.mark.parametrize(("name", "needs"), [("parseq", "lmdb"), ("easyocr", "pandas")])
def test_a_trainer_reads_what_it_is_meant_for(name: str, needs: str) -> None:
    pytest.importorskip(needs, exc_type=ImportError)
    command = [sys.executable, str(READERS / f"{name}_reader.py")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith(": 12 samples\n")
