"""``mnistseq fit``: a config that draws images like given ones."""

from __future__ import annotations

from pathlib import Path

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.complete import files, folders
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
    help="Write a PNG with some of the crops, and images that the config draws below them.",
)
@option("--force", is_flag=True, help="Overwrite an existing file of --sheet.")
def command(folder: str, sheet: str | None, force: bool) -> None:
    """Print a config that draws images like those in FOLDER, to start from.

    FOLDER has some fifty images or more, without labels: one line of handwriting
    in each, dark on light. Measured are their height, how tight they are, paper,
    contrast, thickness and slant of the strokes. Use the config with -c mine.toml.
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
