"""``mnistseq remake``: make an existing data set again."""

from __future__ import annotations

from typing import Any

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.complete import files, folders
from mnistseq.cli.support.dataset_options import (
    RunOptions,
    check_output,
    make,
    output_option,
    run_options,
)
from mnistseq.cli.support.fetch_option import fetch_hint, fetch_option
from mnistseq.cli.support.options import option
from mnistseq.cli.support.stopping import stopping


@click.command(
    "remake",
    cls=Command,
    examples=["mnistseq remake digits -o again", "mnistseq remake digits/manifest.json -o again"],
    page="batch.md#making-a-data-set-again",
)
@click.argument("manifest", metavar="MANIFEST", shell_complete=files)
@output_option
@option(
    "--data-dir",
    metavar="DIR",
    heading="Input",
    shell_complete=folders,
    help="Read the source's files from this folder. By default it is the one that the manifest "
    "names.",
)
@fetch_option
@run_options
@stopping("stopped; nothing was written")
def command(manifest: str, data_dir: str | None, fetch: bool, **values: Any) -> None:
    """Make the data set of MANIFEST again, with the same bytes.

    MANIFEST is a data set's manifest.json, its folder or its URL. The rows that
    the data set was made from are read from its folder. If a shard has other
    bytes than the original, the exit code is 1, and the message names the
    packages whose versions differ.
    """
    options = RunOptions(**values)
    options.quieten()
    existing = check_output(options)
    from mnistseq.pipeline.dataset.finished import FinishedDataset

    original = FinishedDataset.open(manifest)
    with fetch_hint(), original.plan(options.output, data_dir, fetch=fetch) as plan:
        make(plan, options, existing)
    if not options.dry_run:
        original.compare(plan)
