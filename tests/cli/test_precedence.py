"""Options and --set rank equally; contradictions are errors; options with new names are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Call = Callable[..., Any]
Refused = Callable[..., str]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--set", "image.width=200", "--width", 300],
            "--width 300 and --set image.width=200 contradict each other; give one of them",
        ),
        (["--width", 200, "--width", 300], "--width 200 and --width 300 contradict each other; "),
        (
            ["--set", "image.width=200", "--set", "image.width=300"],
            "--set image.width=200 and --set image.width=300 contradict each other; ",
        ),
        (
            ["--set", 'image={"width": 200}', "--width", 300],
            '--width 300 and --set image={"width": 200} contradict each other; ',
        ),
        (
            ["--set", "spacing.parameters.a=1", "--set", 'spacing.parameters={"a": 2}'],
            '--set spacing.parameters.a=1 and --set spacing.parameters={"a": 2} contradict',
        ),
        (
            ["--glyph-transform", "slant", "--set", "image.transform=true"],
            "--glyph-transform slant and --set image.transform=true contradict each other; ",
        ),
        (["--seed", 1, "--seed", 2], "--seed 1 and --seed 2 contradict each other; "),
        (["-c", "a.toml", "--config", "b.toml"], "--config a.toml and --config b.toml contradict"),
        (["-q", "-v"], "--quiet prints less, --verbose prints more; give one of them"),
    ],
)
def test_contradictions_of_generate_are_refused(
    refused: Refused, arguments: list[object], message: str
) -> None:
    assert message in refused("generate", "350", *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--image-format", "png", "--format-option", "image_format=jpg"],
            "--image-format png and --format-option image_format=jpg contradict each other; ",
        ),
        (
            ["--set", "output_format=png", "--format-option", "image_format=jpg"],
            "--set output_format=png and --format-option image_format=jpg contradict each other; ",
        ),
        (
            ["--image-format", "jpg", "--quality", 80, "--format-option", "quality=90"],
            "--quality 80 and --format-option quality=90 contradict each other; ",
        ),
        (
            ["--format-option", "compression=zlib", "--format-option", "compression=isal"],
            "--format-option compression=zlib and --format-option compression=isal contradict",
        ),
        (
            ["--jobs", 2, "--executor", "processes", "--executor-option", "jobs=3"],
            "--jobs 2 and --executor-option jobs=3 contradict each other; ",
        ),
        (["--quiet", "--progress", "on"], "--quiet shows no progress, --progress on shows it"),
        (["--resume", "--force"], "--resume keeps the existing data set, --force removes it"),
    ],
)
def test_contradictions_of_batch_are_refused(
    refused: Refused, arguments: list[object], message: str
) -> None:
    assert message in refused("batch", "--count", 2, "--seed", 1, "-o", "out", *arguments)


def test_the_same_value_may_be_given_twice(call: Call, folder: Path) -> None:
    again = ("--width", 300, "--set", "image.width=300", "--set", 'image={"width": 300}')
    assert call("generate", "350", "-q", "--width", 300, *again).code == 0
    with Image.open(folder / "seq_350.png") as image:
        assert image.width == 300


def test_the_command_line_overrides_a_file_overrides_a_preset(call: Call, folder: Path) -> None:
    (folder / "c.toml").write_text('preset = "bank-cheque"\n[image]\nheight = 50\n')
    done = call("inspect-config", "c.toml", "--set", "image.width=500", "--json")
    config = json.loads(done.out)["config"]
    assert config["image.width"] == {"value": 500, "from": "option"}
    assert config["image.height"] == {"value": 50, "from": "file"}
    assert config["spacing.max"] == {"value": 8, "from": "preset"}
    assert config["spacing.align"]["from"] == "default"


def test_a_format_option_overrides_the_image_format_of_a_file(call: Call, folder: Path) -> None:
    (folder / "c.toml").write_text('output_format = "png"\n')
    batch = ("batch", "--count", 1, "--seed", 1, "-o", "out", "-c", "c.toml")
    assert call(*batch, "--format-option", "image_format=jpg").code == 0
    assert [*(folder / "out").rglob("*.jpg")]
    assert not [*(folder / "out").rglob("*.png")]


def test_repeated_labels_add_up(call: Call, folder: Path) -> None:
    batch = ("batch", "--count", 2, "--seed", 1, "-o", "out", "-j", 1)
    done = call(*batch, "--labels", "paddle", "--labels", "coco,paddle")
    assert done.code == 0, done.err
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert manifest["format"]["parameters"]["labels"] == ["paddle", "coco"]


@pytest.mark.parametrize("command", [["generate", "350"], ["inspect-config"]])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["--format", "png"], "--format is now --image-format"),
        (["--format=png"], "--format is now --image-format"),
        (["--split", "test"], "--split is now --source-split"),
        (["--hand", "one"], "--hand is now --writer"),
    ],
)
def test_options_with_a_new_name_are_refused(
    refused: Refused, command: list[str], old: list[str], new: str
) -> None:
    assert refused(*command, *old) == f"Error: {new}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generate", "350", "--labels"], "--labels is now --metadata"),
        (["generate", "--labels", "350"], "--labels is now --metadata"),
        (["batch", "--count", 3, "-o", "out", "--hand", "one"], "--hand is now --writer"),
        (
            ["batch", "--from", "set", "-o", "out"],
            "--from is now a command: mnistseq remake set -o DIR",
        ),
    ],
)
def test_options_of_single_commands_with_a_new_name_are_refused(
    refused: Refused, arguments: list[object], message: str
) -> None:
    assert refused(*arguments) == f"Error: {message}\n"


def test_an_image_format_is_not_the_format_of_a_data_set(refused: Refused) -> None:
    message = refused("batch", "--count", 3, "-o", "out", "--format", "PNG")
    assert message == (
        "Error: --format PNG: png is an image format, not the format of a data set; give "
        "--image-format png\n"
    )


def test_an_unknown_format_is_refused_with_the_nearest(refused: Refused) -> None:
    message = refused("batch", "--count", 3, "-o", "out", "--format", "webdatset")
    assert message == "Error: --format: unknown format 'webdatset'; did you mean 'webdataset'?\n"
