"""``mnistseq inspect-config``: show a config, and whether a line can be drawn with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from mnistseq.cli.support.config_options import config_options, effective_config
from mnistseq.cli.support.numbers import WholeNumber


@click.command("inspect-config")
@click.argument("file", required=False)
@config_options
@click.option("--sequence", help="Report whether this sequence can be drawn, and its gaps.")
@click.option("--length", type=WholeNumber(1), help="Report the same for sequences of this length.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of config files.")
def command(
    file: str | None,
    config_file: str | None,
    assignments: tuple[str, ...],
    sequence: str | None,
    length: int | None,
    as_json: bool,
    schema: bool,
    **options: Any,
) -> None:
    """Show the effective config of FILE and the options, and where each value came from.

    With a sequence or a length, also report whether it can be drawn, how likely
    free gaps are to fit, how the widths of gaps are distributed and, if it
    cannot be drawn, what would work.
    """
    if schema:
        from mnistseq.plugins.schema import installed_schema

        click.echo(json.dumps(installed_schema(), indent=2, ensure_ascii=False))
        return
    if file is not None and config_file is not None:
        raise click.UsageError(f"two config files, {file} and {config_file}; give one of them")
    from mnistseq.inspection.explain import config_lines, describe_config, feasibility_lines

    effective = effective_config(file or config_file, assignments, options)
    found = None
    if sequence is not None or length is not None:
        from mnistseq.inspection.feasibility import assess

        found = assess(effective.config, sequence, length)
    if as_json:
        report: dict[str, Any] = {"config": describe_config(effective)}
        if found is not None:
            report["feasibility"] = asdict(found)
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
        return
    click.echo("\n".join(config_lines(effective)))
    if found is not None:
        click.echo()
        click.echo("\n".join(feasibility_lines(found)))
