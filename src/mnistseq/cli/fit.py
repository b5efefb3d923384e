"""``mnistseq fit``: print a config that draws images like given ones."""

from __future__ import annotations

from pathlib import Path

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import files, folders
from mnistseq.cli.support.options import option


@click.command(
    "fit",
    cls=Command,
    examples=[
        "mnistseq fit crops > mine.toml",
        "mnistseq fit crops --sheet beside.png > mine.toml",
    ],
    page="realism.md#a-preset-of-your-own",
)
@click.argument("folder", metavar="FOLDER", shell_complete=folders)
@option(
    "--sheet",
    metavar="FILE",
    shell_complete=files,
    help="Write a PNG with some of the crops above images that the config draws.",
)
@option("--force", is_flag=True, help="Overwrite an existing file of --sheet.")
def command(folder: str, sheet: str | None, force: bool) -> None:
    """Print a config that draws images like those in FOLDER, as a starting point.

    FOLDER should contain at least fifty images without labels, each with one line of
    handwriting, dark on light. The config is based on their height, tightness, paper,
    contrast, stroke thickness and slant. Use it with -c mine.toml.
    """
    from mnistseq.atomic import publish
    from mnistseq.cli.support.output_files import check_output_file
    from mnistseq.inspection.contact_sheet.render import sheet_png
    from mnistseq.inspection.fit import fit

    if sheet is not None:
        check_output_file(sheet, force=force)
    found = fit(Path(folder))
    if sheet is not None:
        publish({Path(sheet): sheet_png(found.sheet)}, replace=force)
    click.echo(found.toml, nl=False)
