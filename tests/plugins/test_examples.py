"""pip installs each example, and its own tests pass in that environment."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugins.conftest import Environment

EXAMPLES = Path(__file__).parents[2] / "examples" / "plugins"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/pyproject.toml"))


@pytest.fixture(scope="module")
def with_examples(new_environment: Callable[[], Environment]) -> Environment:
    made = new_environment()
    made.install(*(EXAMPLES / name for name in NAMES))
    return made


def test_three_examples_exist() -> None:
    assert NAMES == ["mnistseq-dry-pen", "mnistseq-imagenet-demo", "mnistseq-triangular"]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_passes_its_own_tests(
    with_examples: Environment, name: str, tmp_path: Path
) -> None:
    # From elsewhere: what is imported is what pip installed, not the folder.
    options = ["-q", "-p", "no:cacheprovider", "-W", "error", "--import-mode=importlib"]
    done = with_examples.run(
        *("-m", "pytest", *options, f"--rootdir={tmp_path}", "-c", os.devnull),
        EXAMPLES / name / "tests",
    )
    assert not done.returncode, done.stdout + done.stderr


def test_examples_are_listed(with_examples: Environment) -> None:
    found = {item["package"]: item["name"] for item in with_examples.listed()["components"]}
    assert {name: found[name] for name in NAMES} == {
        name: name.removeprefix("mnistseq-") for name in NAMES
    }


def test_inspect_config_estimates_the_gaps_of_a_plugins_spacing(
    with_examples: Environment,
) -> None:
    asked = ("inspect-config", "--sequence", "350", "--type", "triangular", "--max", "10")
    found = json.loads(with_examples.mnistseq(*asked, "--json").stdout)["feasibility"]
    assert found["draws"] > 10_000
    chances = found["distribution"]
    # A triangle over eleven gaps: the middle one is six times as likely as the outer ones, and more.
    assert chances["5"] == pytest.approx(21 / 121, abs=0.01)
    assert chances["0"] == pytest.approx(2 / 121, abs=0.005)
    report = with_examples.mnistseq(*asked, "--width", "95").stdout
    again = with_examples.mnistseq(*asked, "--width", "95").stdout
    assert report == again
    assert "free gaps fit with probability 0.6" in report
    assert "estimated from 65,536 drawn lines" in report


def test_a_spacing_that_knows_one_range_draws_glyphs_that_overlap(
    with_examples: Environment, tmp_path: Path
) -> None:
    done = with_examples.mnistseq(
        *("generate", "12345", "-n", "20", "--seed", "1", "-o", tmp_path, "--type", "triangular"),
        *("--crop", "ink", "--min", "-8", "--max", "-2"),
    )
    assert not done.returncode, done.stderr
    assert len([*tmp_path.iterdir()]) == 20


def test_spacing_and_transform_work_on_the_command_line(
    with_examples: Environment, tmp_path: Path
) -> None:
    done = with_examples.mnistseq(
        *("generate", "3,5,0", "--seed", "1", "-o", tmp_path / "line.png", "--type", "triangular"),
        *("--set", "spacing.parameters.peak=0.2", "--set", 'image.transform=["dry-pen"]'),
    )
    assert not done.returncode, done.stderr
    assert (tmp_path / "line.png").exists()
