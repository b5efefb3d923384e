"""``mnistseq batch``: make a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mnistseq.cli.support.batch_options import BatchOptions
from mnistseq.cli.support.config_options import batch_config_options
from mnistseq.cli.support.dataset_options import check_output, make, output_option, run_options
from mnistseq.cli.support.numbers import SEED, WholeNumber
from mnistseq.cli.support.standard_error import ignore_warnings, print_seed
from mnistseq.cli.support.stopping import stopping
from mnistseq.errors import BadRowsError, RequestError

if TYPE_CHECKING:
    from mnistseq.pipeline.dataset.plan import DatasetPlan
    from mnistseq.pipeline.dataset.request import DatasetRequest


def _refuse_from(_context: click.Context, _option: click.Parameter, manifest: str | None) -> None:
    if manifest is not None:
        raise click.UsageError(f"--from is now a command: mnistseq remake {manifest} -o DIR")


@click.command("batch")
@click.argument("sequences", metavar="[FILE|-]", required=False)
@output_option
@batch_config_options
@click.option(
    "--input-format",
    type=click.Choice(["csv", "tsv", "jsonl", "txt"]),
    help="Format of FILE; by default the one that its name ends in, and CSV for standard input.",
)
@click.option(
    "--repeat", type=WholeNumber(1), default=1, help="How often to draw each row or sequence."
)
@click.option("--skip-bad", is_flag=True, help="Skip rows that cannot be drawn.")
@click.option("--count", type=WholeNumber(1), help="Draw this many random sequences, without FILE.")
@click.option(
    "--length",
    metavar="N|N-M",
    help="Number of labels in a random sequence, or a range of it.  [default: 5]",
)
@click.option(
    "--pattern", metavar="REGEX", help="Draw random sequences that match a regular expression."
)
@click.option(
    "--balance",
    is_flag=True,
    help="Have each label occur equally often at each position of random sequences.",
)
@click.option("--seed", type=SEED, help="Seed of everything random; by default a new one.")
@click.option(
    "--format", "format_name", default="files", show_default=True, help="Format of the data set."
)
@click.option(
    "--format-option",
    "format_options",
    multiple=True,
    metavar="KEY=VALUE",
    help="Option for the format; may be repeated.",
)
@click.option(
    "--labels",
    metavar="LIST",
    help="Label formats that the format files writes as well, such as paddle,coco.",
)
@click.option(
    "--boxes", type=click.Choice(["ink", "cell"]), help="Boxes in the label formats coco and yolo."
)
@click.option("--quality", type=WholeNumber(1, 100), help="Quality of JPEG images.")
@click.option(
    "--split", metavar="NAME=SHARE,…", help="Splits and their shares, such as train=0.9,val=0.1."
)
@click.option(
    "--disjoint",
    type=click.Choice(["glyph", "writer", "text"]),
    default="glyph",
    show_default=True,
    help="What no two splits have in common; no glyph in any case.",
)
@click.option(
    "--shard-size",
    type=WholeNumber(1),
    help="Number of samples in a shard; by default the format's own.",
)
@click.option("--shards", type=WholeNumber(1), help="Number of shards of all splits together.")
@run_options
@click.option("--from", hidden=True, is_eager=True, expose_value=False, callback=_refuse_from)
@stopping("stopped; nothing was written")
def command(**values: Any) -> None:
    """Make a data set of images of the sequences in FILE, or of random sequences.

    FILE is CSV, TSV, JSON Lines or plain text. With a header it has the column
    sequence and any of min, max, width, count and name; without one, the cells
    of a row are its labels.
    """
    options = BatchOptions.parse(values)
    if options.quiet:
        ignore_warnings()
    existing = check_output(options)
    from mnistseq.pipeline.dataset.request import open_request

    seed = options.seed
    if seed is None:
        seed = existing.choose_seed(resume=options.resume)
    config = options.config()
    with open_request(
        config,
        options.input_request(),
        options.output,
        seed=seed,
        dataset_format=options.format(config),
        division=options.division(),
    ) as request:
        plan = _plan(request)
        if options.seed is None and not options.quiet:
            print_seed(seed)
        make(plan, options, existing)


def _plan(request: DatasetRequest) -> DatasetPlan:
    from mnistseq.pipeline.dataset.plan import DatasetPlan

    try:
        return DatasetPlan.of(request)
    except BadRowsError as error:
        raise RequestError(f"{error}\n--skip-bad skips rows that cannot be drawn") from error
