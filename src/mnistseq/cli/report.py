"""``mnistseq report``: write a page that shows what is in a data set."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import files, folders
from mnistseq.cli.support.manifest_paths import fetch_option, path_hints
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option
from mnistseq.cli.support.output_files import check_output_file
from mnistseq.cli.support.stopping import stopping


@click.command(
    "report",
    cls=Command,
    examples=["mnistseq report digits", "mnistseq report digits --json -o digits.json"],
    page="batch.md#report",
)
@click.argument("folder", metavar="DIR", shell_complete=folders)
@option(
    "-o",
    "--output",
    metavar="FILE|-",
    heading="Output",
    shell_complete=files,
    help="Write the page to this file, or to standard output.  [default: report.html; with --json "
    "standard output]",
)
@option("--force", is_flag=True, heading="Output", help="Overwrite an existing file.")
@option(
    "--samples",
    type=WholeNumber(1),
    default=5000,
    show_default=True,
    heading="Input",
    help="Measure this many images, evenly spaced.",
)
@option(
    "--against",
    metavar="DIR",
    heading="Input",
    shell_complete=folders,
    help="Compare the images with the pictures in this folder.",
)
@fetch_option
@option(
    "--no-verify",
    is_flag=True,
    heading="Running",
    help="Skip comparing the files with their hashes, which requires reading all of them.",
)
@option("--json", "as_json", is_flag=True, help="Write JSON instead of a page.")
@stopping("stopped; nothing was written")
def command(
    folder: str,
    output: str | None,
    force: bool,
    samples: int,
    against: str | None,
    fetch: bool,
    no_verify: bool,
    as_json: bool,
) -> None:
    """Write a page that shows what is in the data set in DIR, and print its path.

    DIR is the folder of a data set in any format, its URL, or its manifest.json. The page
    needs no network and no scripts. It contains a verdict, samples with boxes, labels and
    gaps compared with their expected distributions, sizes, contrast, glyphs and licences.
    """
    from mnistseq.atomic import publish
    from mnistseq.inspection.report.page import report_page
    from mnistseq.inspection.report.report import make_report

    target = output or ("-" if as_json else "report.html")
    if target != "-":
        check_output_file(target, force=force)
    with path_hints():
        found = make_report(
            folder,
            most=samples,
            verified=not no_verify,
            against=None if against is None else Path(against),
            fetch=fetch,
        )
    if as_json:
        made = (json.dumps(found.to_json(), indent=2, ensure_ascii=False) + "\n").encode()
    else:
        made = report_page(found)
    if target == "-":
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return
    publish({Path(target): made}, replace=force)
    click.echo(target)
