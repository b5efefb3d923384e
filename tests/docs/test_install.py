"""Installing without imgaug, as docs/install.md describes it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]

WITHOUT = """
import sys
for name in ("cv2", "imgaug", "matplotlib", "skimage"):
    sys.modules[name] = None  # importing it raises ModuleNotFoundError
import numpy as np
from mnistseq import build_composer
from mnistseq.imaging.distance_fields import picture_field
from mnistseq.errors import MissingPackageError
for preset in ("camera", "clean", "handwritten-form"):
    build_composer(preset).compose(["350"], seed=1)
blur = {"name": "imgaug", "augmenter": "GaussianBlur"}
for request in (
    lambda: build_composer({"image": {"transform": [blur]}}),
    lambda: picture_field(np.full((28, 28), 255, np.uint8)),
):
    try:
        request()
    except MissingPackageError as error:
        print(error)
"""


def test_only_what_needs_the_packages_does_not_work() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        capture_output=True,
        text=True,
        check=True,
    )
    imgaug, pen = done.stdout.splitlines()
    assert imgaug == (
        "the transform imgaug needs imgaug and OpenCV, and OpenCV is not installed: "
        "pip install imgaug"
    )
    assert pen.startswith("a pen that draws pictures needs the package skimage, which cannot be")
    assert pen.endswith(": pip install 'scikit-image'")


def test_the_requirements_are_those_of_the_project_without_imgaug() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        needed = tomllib.load(file)["project"]["dependencies"]
    lines = (ROOT / "examples" / "requirements-without-imgaug.txt").read_text("utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert sorted(listed) == sorted(line for line in needed if not line.startswith("imgaug"))
