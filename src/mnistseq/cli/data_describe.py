"""``mnistseq data describe``: show what a source contains."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import components
from mnistseq.cli.support.config_options import config_options, effective_config

_FLAGS = {"--data-dir": "source.path", "--source-split": "source.split"}
"""Option → key."""


@click.command(
    "describe",
    cls=Command,
    examples=["mnistseq data describe mnist", "mnistseq data describe mnist --source-split test"],
    page="sources.md",
)
@click.argument("source", shell_complete=components("source"))
@lambda function: config_options(function, _FLAGS)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with exact numbers.")
def describe(
    source: str,
    config_file: str | None,
    assignments: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> None:
    """Show the labels of SOURCE, with their counts, sizes, writers and splits.

    SOURCE is a name listed by mnistseq plugins, such as mnist or image-folder. Its files are
    read in the same way as for drawing.
    """
    from mnistseq.inspection.describe_source import describe_source, description_lines

    given = {**options, "source__name": source}
    flags = {**_FLAGS, "SOURCE": "source.name"}
    found = describe_source(effective_config(config_file, assignments, given, flags).config)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(description_lines(found)))
