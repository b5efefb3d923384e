"""``mnistseq batch``: make a data set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from mnistseq import messages
from mnistseq.cli.support.batch_options import BatchOptions
from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import components, files, label_formats, parameters
from mnistseq.cli.support.config_help import names_of
from mnistseq.cli.support.config_options import config_options
from mnistseq.cli.support.dataset_options import make, output_option, run_options
from mnistseq.cli.support.image_options import quality_option, seed_option
from mnistseq.cli.support.input_options import input_options, row_remedies
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option, renamed
from mnistseq.cli.support.standard_error import print_seed
from mnistseq.cli.support.stopping import stopping

if TYPE_CHECKING:
    from mnistseq.pipeline.dataset.plan import DatasetPlan


@click.command(
    "batch",
    cls=Command,
    examples=[
        "mnistseq batch --count 1000 --length 3-6 -o digits",
        "mnistseq batch sequences.csv --labels coco -o boxes",
        "mnistseq batch -n 9 --format webdataset -o shards",
    ],
    page="batch.md",
)
@click.argument("sequences", metavar="[FILE|-]", required=False, shell_complete=files)
@output_option
@config_options
@input_options
@seed_option
@option(
    "--format",
    "format_name",
    default="files",
    show_default=True,
    metavar="NAME",
    heading="Output",
    shell_complete=components("format"),
    help=f"Write the data set in this format: {names_of('format')}; or one from a plugin.",
)
@option(
    "--format-option",
    "format_options",
    multiple=True,
    metavar="KEY=VALUE",
    heading="Output",
    shell_complete=parameters("format", "format_name", "files"),
    help="Set a parameter of the format, which mnistseq plugins show format NAME lists. May be "
    "repeated.",
)
@option(
    "--labels",
    multiple=True,
    metavar="LIST",
    heading="Output",
    shell_complete=label_formats,
    help="Write label files, too, in label formats such as paddle,coco. Applies to the format "
    "files. May be repeated.",
)
@option(
    "--boxes",
    type=click.Choice(["ink", "cell"]),
    heading="Output",
    help="Choose the boxes in the label formats coco and yolo.",
)
@option(
    "--masks",
    is_flag=True,
    heading="Output",
    help="Record which pixels are the ink of each glyph: run lengths in every record and in coco, "
    "polygons in yolo.",
)
@quality_option
@option(
    "--split",
    metavar="NAME=SHARE,…",
    heading="Output",
    help="Divide samples among splits by their shares, such as train=0.9,val=0.1.",
)
@option(
    "--disjoint",
    type=click.Choice(["glyph", "writer", "text"]),
    default="glyph",
    show_default=True,
    heading="Output",
    help="Choose what no two splits share. They never share a glyph.",
)
@option(
    "--shard-size",
    type=WholeNumber(1),
    heading="Output",
    help="Write this many samples per shard. The default depends on the format.",
)
@option(
    "--shards",
    type=WholeNumber(1),
    heading="Output",
    help="Write this many shards in total, over all splits.",
)
@option(
    "--name",
    metavar="TEMPLATE",
    heading="Output",
    help="Name the images by this template, such as '{text}_{index}' or '{index:06d}'. Other "
    "fields are {split}, {name} of the row, and columns of --keep. By default an image is named "
    "after its row or its index.",
)
@run_options
@renamed("--from", "a command: mnistseq remake {} -o DIR")
@renamed("--hand", "--writer")
@stopping("stopped; nothing was written")
def command(**values: Any) -> None:
    """Make a data set of images of the sequences in FILE, or of random sequences.

    FILE is CSV, TSV, JSON Lines or plain text. With a header, the sequences are
    in the column sequence, text, label, words, gt or transcription, or in the one
    given by --column; the columns min, max, width, count and name apply to their
    row. Without a header, the cells of a row are its labels.
    """
    options = BatchOptions.parse(values)
    options.quieten()
    from mnistseq.pipeline.dataset.open_plan import open_plan

    effective = options.effective_config()
    planned = open_plan(
        effective.config,
        options.input_request(),
        options.output,
        seed=options.seed,
        dataset_format=options.format(effective),
        division=options.division(),
        name_template=options.name,
        resume=options.resume,
        force=options.force,
    )
    with row_remedies(), planned as (plan, existing):
        if not options.quiet:
            _print_unused_columns(plan)
        announce = options.seed is None and not options.quiet
        seed = plan.request.seed
        make(plan, options, existing, print_seed=partial(print_seed, seed) if announce else None)


def _print_unused_columns(plan: DatasetPlan) -> None:
    unused = plan.unused_columns
    if unused:
        names, verb = ("column", "is") if len(unused) == 1 else ("columns", "are")
        click.echo(
            f"{names} {messages.listed(unused)} {verb} not used; --keep records columns with the "
            "images",
            err=True,
        )
