"""The benchmark of presets runs, and names every transform of finished images."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.canvas_transforms.canvases import NAMES

from mnistseq.config.presets import preset_names

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_every_transform_and_preset_is_timed() -> None:
    pytest.importorskip("cv2", exc_type=ImportError)
    script = [sys.executable, str(BENCHMARKS / "presets.py"), "--batch", "4", "--rounds", "1"]
    output = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    line = r"^{} +[\d,]+ images a second +\d+\.\d\d times composing"
    for name in (*NAMES, *(f"preset {name}" for name in preset_names())):
        assert re.search(line.format(name), output, flags=re.MULTILINE)
    assert re.search(
        r"^lens-blur .* \d+\.\d\d times as fast as imgaug's GaussianBlur$", output, re.MULTILINE
    )
