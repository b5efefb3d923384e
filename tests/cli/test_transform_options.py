"""Transforms from the command line, as a config has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mnistseq.cli.support.assignments import parse_component

Call = Callable[..., Any]
Refused = Callable[..., str]


@pytest.mark.parametrize(
    ("string", "step"),
    [
        ("slant", "slant"),
        ("  slant ", "slant"),
        ("paper-grain strength=0.5", {"name": "paper-grain", "strength": 0.5}),
        ("marks a=[1, 2]  b=dots", {"name": "marks", "a": [1, 2], "b": "dots"}),
        (
            "paper-picture path=my pictures/a.png",
            {"name": "paper-picture", "path": "my pictures/a.png"},
        ),
    ],
)
def test_a_transform_is_a_name_and_parameters(string: str, step: object) -> None:
    assert parse_component(string, "--canvas-transform") == step


def test_transforms_are_applied_in_order_as_in_a_config(call: Call, folder: Path) -> None:
    (folder / "c.toml").write_text(
        'image.transform = ["slant", {name = "blur", sigma = 0.05}]\n'
        'canvas.transform = [{name = "paper-grain", strength = 0.5}, "ink-spread"]\n'
    )
    assert call("generate", "350", "--seed", 1, "-c", "c.toml", "-o", "file.png").code == 0
    done = call(
        *("generate", "350", "--seed", 1, "-o", "options.png", "--glyph-transform", "slant"),
        *("--glyph-transform", "blur sigma=0.05"),
        *("--canvas-transform", "paper-grain strength=0.5", "--canvas-transform", "ink-spread"),
    )
    assert done.code == 0, done.err
    image = (folder / "options.png").read_bytes()
    assert image == (folder / "file.png").read_bytes()
    call("generate", "350", "--seed", 1, "-o", "plain.png")
    assert image != (folder / "plain.png").read_bytes()


def test_transforms_of_the_command_line_replace_those_of_a_file(call: Call, folder: Path) -> None:
    (folder / "c.toml").write_text('image.transform = ["slant"]\n')
    call("generate", "350", "--seed", 1, "-c", "c.toml", "--glyph-transform", "blur", "-o", "a.png")
    call("generate", "350", "--seed", 1, "--glyph-transform", "blur", "-o", "b.png")
    assert (folder / "a.png").read_bytes() == (folder / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--glyph-transform", "slnt"],
            "--glyph-transform: unknown glyph transform 'slnt'; did you mean 'slant'?",
        ),
        (
            ["--glyph-transform", "blur sigmma=1"],
            '--glyph-transform blur sigmma: glyph transform "blur" has no parameter ',
        ),
        (
            ["--canvas-transform", "affine"],
            "--canvas-transform: affine is a glyph transform; move it to --glyph-transform",
        ),
        (["--glyph-transform", ""], "--glyph-transform '': give a name, then"),
        (["--glyph-transform", "blur 0.5"], "--glyph-transform 'blur 0.5': give a name, then"),
        (
            ["--glyph-transform", "blur sigma=0 sigma=0.1"],
            "--glyph-transform blur: sigma=0 and --glyph-transform blur: sigma=0.1 contradict",
        ),
        (["--glyph-transform", "blur name=x"], "the name comes first, without name="),
    ],
)
def test_transforms_that_cannot_be_used_are_refused(
    refused: Refused, arguments: list[str], message: str
) -> None:
    assert message in refused("generate", "350", *arguments)
