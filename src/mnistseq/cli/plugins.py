"""``mnistseq plugins``: list components, and show the parameters of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from mnistseq.cli.support.commands import Group
from mnistseq.cli.support.completions import components_of_chosen_kind
from mnistseq.plugins.built_in import BUILT_IN, Kind


@click.group(
    "plugins",
    cls=Group,
    invoke_without_command=True,
    examples=[
        "mnistseq plugins",
        "mnistseq plugins show glyph_transform blur",
    ],
    page="plugins/index.md",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List all components with their kind, name, package and summary, and all presets.

    Broken plugins are listed with the reason. The environment variable
    MNISTSEQ_DISABLED_PLUGINS, a list of names separated by commas, disables plugins.
    """
    if ctx.invoked_subcommand is not None:
        return
    from mnistseq.plugins.description import describe_all

    everything = describe_all()
    if as_json:
        click.echo(json.dumps(everything, indent=2, ensure_ascii=False))
        return
    for line in _lines(everything):
        click.echo(line)


def _lines(everything: dict[str, Any]) -> Iterator[str]:
    for kind, items in groupby(everything["components"], key=lambda item: item["kind"]):
        yield f"{kind}s"
        for item in items:
            yield f"  {item['name']:<16} {item['package']} {item['version']}  {_summary(item)}"
    yield "presets"
    for preset in everything["presets"]:
        yield f"  {preset['name']:<16} {preset['summary']}"
    if everything["broken"]:
        yield "broken"
        for item in everything["broken"]:
            yield f"  {item['entry_point']:<16} {item['package']} {item['version']}  {item['reason']}"
    if everything["disabled"]:
        yield "disabled"
        for item in everything["disabled"]:
            yield f"  {item['entry_point']:<16} {item['package']} {item['version']}"
    for name in everything["not_installed"]:
        yield f"MNISTSEQ_DISABLED_PLUGINS names {name}, which is not installed"


@command.command("show")
@click.argument("kind", type=click.Choice(list(BUILT_IN)))
@click.argument("name", shell_complete=components_of_chosen_kind)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(kind: Kind, name: str, as_json: bool) -> None:
    """Print the description and the parameters of the component NAME of KIND."""
    from mnistseq.plugins.description import describe_one

    item = describe_one(kind, name)
    if as_json:
        click.echo(json.dumps(item, indent=2, ensure_ascii=False, default=str))
        return
    click.echo(f"{kind} {name}, from {item['package']} {item['version']}")
    click.echo()
    click.echo(item["description"])
    click.echo()
    click.echo("parameters" if item["parameters"] else "no parameters")
    for parameter in item["parameters"]:
        default = (
            "required"
            if parameter["required"]
            else f"default {json.dumps(parameter['default'], default=str)}"
        )
        click.echo(f"  {parameter['name']}: {parameter['type']}; {default}")
        if parameter["help"]:
            click.echo(f"      {parameter['help']}")


def _summary(item: dict[str, Any]) -> str:
    return f"cannot be used: {item['problem']}" if item["problem"] else str(item["summary"])
