"""``mnistseq remake``: make an existing data set again."""

from __future__ import annotations

from typing import Any

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import files
from mnistseq.cli.support.dataset_options import (
    RunOptions,
    check_output,
    make,
    output_option,
    run_options,
)
from mnistseq.cli.support.manifest_paths import given_paths, path_hints, path_options
from mnistseq.cli.support.stopping import stopping


@click.command(
    "remake",
    cls=Command,
    examples=["mnistseq remake digits -o again", "mnistseq remake digits/manifest.json -o again"],
    page="batch.md#making-a-data-set-again",
)
@click.argument("manifest", metavar="MANIFEST", shell_complete=files)
@output_option
@path_options
@run_options
@stopping("stopped; nothing was written")
def command(
    manifest: str, data_dir: str | None, set_paths: tuple[str, ...], fetch: bool, **values: Any
) -> None:
    """Make the data set of MANIFEST again, with the same bytes.

    MANIFEST is the manifest.json of a data set, its folder or its URL. The rows that
    the data set was made from are read from its folder. If the bytes of a shard
    differ from the original, the exit code is 1, and the message names the packages
    whose versions differ.
    """
    options = RunOptions(**values)
    options.quieten()
    existing = check_output(options)
    from mnistseq.pipeline.dataset.finished import FinishedDataset

    original = FinishedDataset.open(manifest)
    paths = given_paths(data_dir, set_paths)
    with path_hints(), original.plan(options.output, paths, fetch=fetch) as plan:
        make(plan, options, existing)
    if not options.dry_run:
        original.compare(plan)
