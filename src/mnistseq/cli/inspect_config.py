"""``mnistseq inspect-config``: show a config, and whether a line can be drawn with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import files
from mnistseq.cli.support.config_options import config_options, effective_config
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option, renamed
from mnistseq.cli.support.output_files import check_output_file
from mnistseq.errors import RequestError

if TYPE_CHECKING:
    from mnistseq.inspection.feasibility import Feasibility


@click.command(
    "inspect-config",
    cls=Command,
    examples=[
        "mnistseq inspect-config --preset bank-cheque",
        "mnistseq inspect-config --sequence 350 --width 120",
        "mnistseq inspect-config --schema",
    ],
    page="usage.md#inspect-a-config",
)
@click.argument("file", required=False, metavar="[FILE]", shell_complete=files)
@config_options
@option(
    "--sequence",
    metavar="SEQUENCE",
    heading="Input",
    help="Report whether this sequence can be drawn, and its gaps.",
)
@option(
    "--length",
    type=WholeNumber(1),
    heading="Input",
    help="Report the same for any sequence of this length.",
)
@option(
    "--plot",
    metavar="FILE",
    heading="Output",
    shell_complete=files,
    help="Plot the distribution of gaps, exact and as drawn, to this PNG or SVG file.",
)
@option("--force", is_flag=True, heading="Output", help="Overwrite an existing file.")
@option("--json", "as_json", is_flag=True, help="Print JSON.")
@option("--schema", is_flag=True, help="Print the JSON Schema of config files.")
@renamed("--format", "--image-format")
@renamed("--split", "--source-split")
@renamed("--hand", "--writer")
def command(
    file: str | None,
    config_file: str | None,
    assignments: tuple[str, ...],
    sequence: str | None,
    length: int | None,
    plot: str | None,
    force: bool,
    as_json: bool,
    schema: bool,
    **options: Any,
) -> None:
    """Show the effective config of FILE and the options, and where each value came from.

    With a sequence or a length, also report whether it can be drawn, the probability that
    random gaps fit, the distribution of gaps and, if it cannot be drawn, what would work.
    If it can never be drawn, the exit code is 2.
    """
    if schema:
        from mnistseq.plugins.schema import installed_schema

        click.echo(json.dumps(installed_schema(), indent=2, ensure_ascii=False))
        return
    if sequence is not None and length is not None:
        raise click.UsageError(
            f"--sequence {sequence} and --length {length} contradict each other; give one of them"
        )
    if file is not None and config_file is not None:
        raise click.UsageError(f"two config files, {file} and {config_file}; give one of them")
    from mnistseq.inspection.describe_config import config_lines, describe_config, feasibility_lines

    effective = effective_config(file or config_file, assignments, options)
    found = None
    if sequence is not None or length is not None:
        from mnistseq.inspection.feasibility import assess

        found = assess(effective.config, sequence, length)
    if plot is not None:
        _plot(found, Path(plot), replace=force)
    if as_json:
        report: dict[str, Any] = {"config": describe_config(effective)}
        if found is not None:
            report["feasibility"] = asdict(found)
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        columns = get_terminal_size().columns
        click.echo("\n".join(config_lines(effective, columns)))
        if found is not None:
            click.echo()
            click.echo("\n".join(feasibility_lines(found, columns)))
    if found is not None and found.possible == "never":
        click.get_current_context().exit(2)


def _plot(found: Feasibility | None, path: Path, *, replace: bool) -> None:
    suffix = path.suffix.lower()
    if suffix not in (".png", ".svg"):
        raise click.UsageError(f"--plot {path}: end its name in .png or .svg")
    if found is None:
        raise click.UsageError("--plot draws the gaps of a line; give --sequence or --length")
    if not found.distribution:
        raise RequestError(f"--plot {path}: {found.problem or 'the line has no gaps'}")
    check_output_file(path, force=replace)
    from mnistseq.atomic import publish
    from mnistseq.inspection.plot_gaps import plot_gaps

    publish({path: plot_gaps(found, "svg" if suffix == ".svg" else "png")}, replace=replace)
