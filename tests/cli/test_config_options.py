"""Every option that sets a config key does what the key does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnistseq import Config, build_composer
from mnistseq.sources.mnist import SHIPPED

Call = Callable[..., Any]

WITH = {"width": 390}

CASES: list[tuple[list[object], dict[str, Any]]] = [
    ([], {}),
    (["--min", 5, "--max", 9], {"spacing": {"min": 5, "max": 9}}),
    (["--min", -4, "--max", -2], {"spacing": {"min": -4, "max": -2}}),
    (["--width", 390], {"image": WITH}),
    (["--height", 50], {"image": {"height": 50}}),
    (["--type", "fixed", "--width", 120], {"spacing": {"type": "fixed"}, "image": {"width": 120}}),
    (["--subtype", "edge"], {"spacing": {"subtype": "edge"}}),
    (["--fit", "resize", "--width", 77], {"spacing": {"fit": "resize"}, "image": {"width": 77}}),
    (["--fit", "exact", "--width", 111], {"spacing": {"fit": "exact"}, "image": {"width": 111}}),
    (["--align", "right", "--width", 390], {"spacing": {"align": "right"}, "image": WITH}),
    (["--align", "random", "--width", 390], {"spacing": {"align": "random"}, "image": WITH}),
    (["--crop", "ink"], {"image": {"crop": "ink"}}),
    (["--polarity", "light-on-dark"], {"image": {"polarity": "light-on-dark"}}),
    (
        ["--source", "mnist", "--source-split", "test"],
        {"source": {"name": "mnist", "split": "test"}},
    ),
    (["--data-dir", SHIPPED, "--source-split", "test"], {"source": {"split": "test"}}),
    (["--writer", "any"], {}),
]


@pytest.mark.parametrize(("options", "values"), CASES, ids=lambda case: str(case)[:40])
def test_an_option_does_what_its_key_does(
    call: Call, folder: Path, options: list[object], values: dict[str, Any]
) -> None:
    assert call("generate", "350", "--seed", 3, *options).code == 0
    expected = build_composer(Config(**values)).compose(["350"], seed=3).images[0]
    with Image.open(folder / "seq_350.png") as image:
        np.testing.assert_array_equal(np.asarray(image), expected)


def test_every_option_changes_the_image() -> None:
    """Otherwise the test above could not tell them apart."""
    plain = build_composer(Config()).compose(["350"], seed=3).images[0]
    same = [
        options
        for options, values in CASES
        if np.array_equal(
            build_composer(Config(**values)).compose(["350"], seed=3).images[0], plain
        )
    ]
    assert same == [[], ["--writer", "any"]]


def test_an_option_overrides_a_file(call: Call, folder: Path) -> None:
    (folder / "config.toml").write_text("[image]\nwidth = 200\nheight = 20\n")
    call("generate", "350", "-q", "-c", "config.toml", "--width", 300)
    with Image.open(folder / "seq_350.png") as image:
        assert image.size == (300, 20)


def test_a_file_of_the_older_tool_draws_the_default(call: Call, folder: Path) -> None:
    (folder / "config.json").write_text(
        '{"image": {"transform": false}, "spacing": {"type": "variable", "subtype": "between"}, '
        '"output_format": "png"}'
    )
    call("generate", "350", "--seed", 1, "-c", "config.json")
    call("generate", "350", "--seed", 1)
    assert (folder / "seq_350.png").read_bytes() == (folder / "seq_350_1.png").read_bytes()


def test_the_example_in_the_help_of_set_runs_as_printed(call: Call, folder: Path) -> None:
    help_text = " ".join(call("generate", "--help").out.split())
    [example] = re.findall(r"as in (\S+=\S+?);", help_text)
    assert call("generate", "350", "-q", "--set", example).code == 0
    assert (folder / "seq_350.png").exists()


def test_set_takes_any_key(call: Call, folder: Path) -> None:
    call("generate", "350", "-q", "--set", "image.width=321", "--set", "spacing.align=left")
    with Image.open(folder / "seq_350.png") as image:
        assert image.width == 321
