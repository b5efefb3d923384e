"""The help of every command: headings, choices, examples that run, and narrow terminals."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from tests.command_tree import commands

from mnistseq.cli import main
from mnistseq.cli.support.commands import Command, Group
from mnistseq.cli.support.options import Option
from mnistseq.config.presets import preset_names
from mnistseq.plugins.built_in import BUILT_IN, EXTRAS

Call = Callable[..., Any]

ROOT = Path(__file__).parents[2]


EVERY = dict(commands("mnistseq", main))
WITH_EXAMPLES = {
    name: command for name, command in EVERY.items() if isinstance(command, Command | Group)
}


def options(command: click.Command) -> list[click.Option]:
    return [item for item in command.params if isinstance(item, click.Option) and not item.hidden]


@pytest.mark.parametrize("name", [*EVERY])
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_help_fits_the_terminal(
    call: Call, monkeypatch: pytest.MonkeyPatch, name: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    words = name.split()[1:]
    long, short = call(*words, "--help"), call(*words, "-h")
    assert long.code == 0
    assert long.out == short.out
    limit = min(columns, 80)
    assert [line for line in long.out.splitlines() if len(line) > limit] == []


@pytest.mark.parametrize("name", [*EVERY])
def test_every_option_has_a_sentence(name: str) -> None:
    sentence = re.compile(r"^[A-Z].*\.(  \[.*\])?$")
    wrong = [item.opts for item in options(EVERY[name]) if not sentence.match(item.help or "")]
    assert wrong == []


def test_options_of_the_large_commands_are_under_headings(call: Call) -> None:
    for name in ("generate", "batch", "inspect-config"):
        lines = call(name, "--help").out.splitlines()
        headings = [line for line in lines if re.fullmatch(r"[A-Z]\w+ options:", line)]
        expected = ["Input options:", "Drawing options:", "Output options:"]
        expected += ["Running options:"] * (name == "batch")
        assert headings == [*expected, "More options:"]
        assert all(isinstance(item, Option) for item in options(EVERY[f"mnistseq {name}"]))


def test_choices_are_listed_with_their_extras(call: Call) -> None:
    text = " ".join(call("batch", "--help").out.split())
    for kind in BUILT_IN:
        extras = EXTRAS.get(kind, {})
        for component in BUILT_IN[kind]:
            note = f" (extra {extras[component]})" if component in extras else ""
            assert f" {component}{note}" in text, component
    assert f"{', '.join(preset_names())}." in text


def test_extras_are_those_of_the_package() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for kind, extras in EXTRAS.items():
        assert set(extras) <= set(BUILT_IN[kind])
        assert all(f"\n{extra} = [" in text for extra in extras.values())


def test_every_command_has_examples_or_is_below_one_that_has() -> None:
    without = [name for name, command in WITH_EXAMPLES.items() if not command.examples]
    parents = {name.rpartition(" ")[0] for name in without}
    assert all(WITH_EXAMPLES[name].examples for name in parents), without
    assert set(WITH_EXAMPLES) == set(EVERY)


def test_pages_exist() -> None:
    pages = {command.page.partition("#")[0] for command in WITH_EXAMPLES.values()} - {""}
    assert pages
    assert [page for page in pages if not (ROOT / "docs" / page).is_file()] == []


SHELL = re.compile(r"[|$]")
"""What only a shell can run."""


def test_examples_run_as_printed(call: Call, folder: Path) -> None:
    (folder / "sequences.csv").write_text("350\n12\n")
    call("batch", "--count", 12, "--preset", "camera", "--seed", 1, "-o", "crops")
    assert call("batch", "--count", 4, "--seed", 1, "-o", "digits").code == 0
    for name, command in WITH_EXAMPLES.items():
        for number, example in enumerate(command.examples):
            if SHELL.search(example) or "--clear" in example or name == "mnistseq playground":
                continue
            first, *words = shlex.split(example.partition(" > ")[0])
            assert first == "mnistseq"
            if "-o" in words and not words[words.index("-o") + 1].endswith("/"):
                suffix = Path(words[words.index("-o") + 1]).suffix
                words[words.index("-o") + 1] = f"{name.replace(' ', '-')}-{number}{suffix}"
            if "--count" in words:
                words[words.index("--count") + 1] = "7"

            done = call(*words)
            assert done.code == 0, (example, done)
