"""What stands in examples/ works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from mnistseq import Config, build_composer
from mnistseq.config.schema import config_schema

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_config_is_valid_by_the_exported_schema() -> None:
    schema = config_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    values = json.loads((EXAMPLES / "config.json").read_text("utf-8"))
    assert list(validator.iter_errors(values)) == []


def test_the_schema_finds_what_is_wrong() -> None:
    values = json.loads((EXAMPLES / "config.json").read_text("utf-8"))
    values["image"]["width"] = 0
    errors = jsonschema.Draft202012Validator(config_schema()).iter_errors(values)
    assert [list(error.path) for error in errors] == [["image", "width"]]


def test_json_and_toml_say_the_same() -> None:
    config = Config.load(EXAMPLES / "config.json")
    assert config == Config.load(EXAMPLES / "config.toml")
    assert config != Config()


def test_script_draws_what_it_says(tmp_path: Path) -> None:
    script = [sys.executable, str(EXAMPLES / "draw.py"), str(tmp_path)]
    run = subprocess.run(script, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    config = Config.load(EXAMPLES / "config.json")
    batch = build_composer(config).compose([line["text"] for line in lines], seed=7)
    assert len(lines) == 3
    for line, sample in zip(lines, batch, strict=True):
        with Image.open(tmp_path / line["file"]) as picture:
            assert np.array_equal(np.asarray(picture), sample.image)
        assert line["boxes"] == sample.ink_boxes.tolist()


def train(name: str, *arguments: str) -> list[str]:
    """Run an example of training, and return the lines that it prints."""
    pytest.importorskip("torch", reason="the example needs PyTorch, which is not installed")
    command = [sys.executable, str(EXAMPLES / "training" / name), "--quick", *arguments]
    # In a process of its own: two threads of PyTorch beside other tests would wait for each other.
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.splitlines()


@pytest.mark.slow
def test_a_recogniser_is_trained_and_tested() -> None:
    table = train("ctc_recogniser.py")[-3:]
    assert table[0].split() == [
        "trained", "on", "clean", "original", "handwritten-form", "bank-cheque", "camera",
    ]  # fmt: skip
    assert [row.split()[0] for row in table[1:]] == ["clean", "bank-cheque"]
    assert all(0 <= float(cell.rstrip("%")) <= 100 for row in table[1:] for cell in row.split()[1:])


@pytest.mark.slow
def test_digits_are_counted() -> None:
    assert re.fullmatch(r"counted right: \d+\.\d% of images .*", train("count_digits.py")[-1])


@pytest.mark.slow
def test_a_detector_is_trained_and_tested() -> None:
    assert re.fullmatch(r"digits found, .*: F1 score \d+\.\d%", train("detector.py")[-1])


@pytest.mark.slow
def test_an_autoencoder_saves_its_drawings(tmp_path: Path) -> None:
    train("vae.py", "--output", str(tmp_path / "drawn.png"))
    with Image.open(tmp_path / "drawn.png") as picture:
        assert picture.size == (8 * 84, 10 * 28)
        assert len(np.unique(np.asarray(picture))) > 50
