"""The pages that follow from the code: the commands and the keys of a config."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import MISSING

import click
from manual_pages import commands

from mnistseq.cli import main as mnistseq
from mnistseq.cli.support.commands import Command, Group
from mnistseq.config.keys import Key, config_keys
from mnistseq.config.sections import SECTIONS

NOTE = "<!-- Written by docs/generate.py; change the code, then run that. -->"


def command_page() -> str:
    """Every command with its arguments and options."""
    lines = [NOTE, "", "# Commands", "", mnistseq.help or "", ""]
    for name, command in commands("mnistseq", mnistseq):
        lines += _command(name, command)
    return "\n".join(lines).rstrip() + "\n"


def config_page() -> str:
    """Every key of a config."""
    lines = [NOTE, "", "# Config keys", ""]
    lines += [
        "Every key is optional. A config file is JSON, or TOML if its name ends in `.toml`. The command",
        "line (options and `--set`, which rank equally) overrides the file, the file overrides its",
        "[preset](presets.md), and the preset overrides the defaults.",
    ]
    keys = config_keys()
    for section, model in SECTIONS.items():
        lines += ["", f"## {section}", "", inspect.getdoc(model) or "", ""]
        lines += _key_table([key for key in keys if key.path.startswith(f"{section}.")])
    lines += ["", "## Keys without a section", ""]
    lines += _key_table([key for key in keys if "." not in key.path])
    return "\n".join(lines) + "\n"


def files() -> dict[str, str]:
    """Return the pages by their paths in the project."""
    return {"docs/commands.md": command_page(), "docs/config.md": config_page()}


def _command(name: str, command: click.Command) -> Iterator[str]:
    """Yield the lines about a command."""
    context = click.Context(command, info_name=name, **command.context_settings)
    if command is not mnistseq:
        usage = " ".join([name, *command.collect_usage_pieces(context)])
        yield from (f"## {name}", "", "```text", usage, "```", "")
        yield from (inspect.cleandoc(command.help or ""), "")
    if isinstance(command, Command | Group):
        if command.examples:
            yield from ("```sh", *command.examples, "```", "")
        for heading, options in command.options_by_heading(context).items():
            yield from _option_table(heading, options)


def _option_table(heading: str, options: list[click.Option]) -> Iterator[str]:
    yield from (f"| {heading.lower()} | value | |", "| --- | --- | --- |")
    for option in options:
        if "--help" in option.opts:
            continue
        flags = ", ".join(f"`{flag}`" for flag in [*option.secondary_opts, *option.opts])
        yield f"| {flags} | {_cell(_value(option))} | {_cell(option.help or '')} |"
    yield ""


def _value(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    if isinstance(option.type, click.Choice):
        text = ", ".join(f"`{choice}`" for choice in option.type.choices)
    elif isinstance(option.type, click.IntRange):
        text = str(option.type)
    else:
        text = f"`{(option.metavar or 'TEXT').strip(chr(39))}`"
    return f"{text}; default `{option.default}`" if option.show_default else text


def _key_table(keys: list[Key]) -> Iterator[str]:
    yield from ("| key | value | default | |", "| --- | --- | --- | --- |")
    for key in keys:
        default = "" if key.default is MISSING else f"`{json.dumps(key.default)}`"
        yield f"| `{key.path}` | {_cell(str(key.kind))} | {default} | {_cell(key.help)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
