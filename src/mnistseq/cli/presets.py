"""``mnistseq presets``: list presets, or print one as a config."""

from __future__ import annotations

import json
from typing import Any

import click

from mnistseq.cli.support.commands import Group
from mnistseq.cli.support.completions import presets
from mnistseq.errors import ConfigError, RequestError


@click.group(
    "presets",
    cls=Group,
    invoke_without_command=True,
    examples=[
        "mnistseq presets",
        "mnistseq presets show bank-cheque > my.toml",
    ],
    page="presets.md",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the presets: named, partial configs for --preset NAME."""
    if ctx.invoked_subcommand is not None:
        return
    from mnistseq.config.presets import list_presets

    found = [{"name": preset.name, "summary": preset.summary} for preset in list_presets()]
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for preset in found:
        click.echo(f"{preset['name']:<18} {preset['summary']}")


@command.command("show")
@click.argument("name", shell_complete=presets)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of TOML.")
def show(name: str, as_json: bool) -> None:
    """Print the preset NAME as a config file, as a starting point.

    The file draws the same images as the preset. Save it with > my.toml, edit it, and
    use it with -c my.toml.
    """
    from mnistseq.config.presets import find_preset, preset_values

    try:
        preset = find_preset(name)
    except ConfigError as error:
        raise RequestError(error.faults[0].text) from error
    if as_json:
        values: dict[str, Any] = preset_values(name)
        click.echo(json.dumps(values, indent=2, ensure_ascii=False))
        return
    click.echo(preset.text, nl=False)
