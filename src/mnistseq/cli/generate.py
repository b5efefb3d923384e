"""``mnistseq generate``: draw images of one sequence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import files
from mnistseq.cli.support.config_options import config_options, effective_config
from mnistseq.cli.support.image_options import new_seed, quality_option, seed_option
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option, renamed
from mnistseq.cli.support.standard_error import be_quiet, print_seed, quiet_option
from mnistseq.cli.support.stopping import stopping
from mnistseq.cli.support.terminal_images import show_image

if TYPE_CHECKING:
    from mnistseq.core.samples import Sample


@click.command(
    "generate",
    cls=Command,
    examples=[
        "mnistseq generate 3,5,0 --width 390",
        "mnistseq generate 0123456789 -n 100 -o images/",
        "mnistseq generate 350 --preset camera --show",
    ],
    page="usage.md",
)
@click.argument("sequence", nargs=-1, required=True, metavar="SEQUENCE")
@config_options
@seed_option
@option(
    "-n",
    "--count",
    type=WholeNumber(1),
    default=1,
    show_default=True,
    heading="Output",
    help="Draw this many images.",
)
@option(
    "-o",
    "--output",
    metavar="FILE|DIR/|-",
    heading="Output",
    shell_complete=files,
    help="Write to this file or folder, or to standard output. A folder that does not exist is "
    "created if its name ends in /. By default it is the current folder.",
)
@quality_option
@option(
    "--metadata",
    is_flag=True,
    heading="Output",
    help="Write a JSON file with labels, boxes, seed and config beside each image.",
)
@option(
    "--force",
    is_flag=True,
    heading="Output",
    help="Overwrite existing files. By default an image without a given name gets the next free "
    "one.",
)
@option("--show", is_flag=True, help="Show each image in the terminal, on standard error.")
@quiet_option
@option("-v", "--verbose", is_flag=True, help="Print what was drawn to standard error.")
@renamed("--format", "--image-format")
@renamed("--split", "--source-split")
@renamed("--labels", "--metadata")
@renamed("--hand", "--writer")
@stopping("stopped; the images that were listed are complete")
def command(
    sequence: tuple[str, ...],
    config_file: str | None,
    assignments: tuple[str, ...],
    seed: int | None,
    count: int,
    output: str | None,
    quality: int | None,
    metadata: bool,
    force: bool,
    show: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Draw images of SEQUENCE, and print the path of each.

    SEQUENCE is labels separated by commas, as in 3,5,0 or cat,dog. If every label of the
    source is one character, 350 is enough.
    """
    from mnistseq.pipeline.images.destination import Destination
    from mnistseq.pipeline.images.generate import generate, generate_bytes

    asked = _single(sequence)
    if quiet and verbose:
        raise click.UsageError("--quiet prints less, --verbose prints more; give one of them")
    if quiet:
        be_quiet()
    effective = effective_config(config_file, assignments, options)
    config = effective.config
    print_new_seed = seed is None and not quiet
    seed = new_seed() if seed is None else seed
    if output == "-":
        _refuse_quality_of_png(quality, config.output_format)
        sample, encoded = generate_bytes(config, asked, seed, count, quality, metadata=metadata)
        if print_new_seed:
            print_seed(seed)
        _write_bytes(encoded)
        _report(sample, show, verbose)
        return
    format_was_given = effective.origin("output_format").kind == "option"
    destination = Destination.of(output, config.output_format, count, strict=format_was_given)
    _refuse_quality_of_png(quality, destination.image_format)
    images = generate(
        config, asked, seed, count, destination, quality=quality, metadata=metadata, force=force
    )
    for sample, path in images:
        if print_new_seed and sample.index == 0:
            print_seed(seed)
        click.echo(path)
        _report(sample, show, verbose)


def _write_bytes(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _refuse_quality_of_png(quality: int | None, image_format: str) -> None:
    if quality is not None and image_format == "png":
        raise click.UsageError(
            f"--quality {quality} applies only to JPEG; add --image-format jpg, or end the name of "
            "the output in .jpg"
        )


def _single(sequence: tuple[str, ...]) -> str:
    """Return the single argument, or suggest commas if there are several."""
    if len(sequence) > 1:
        raise click.UsageError(
            f"{len(sequence)} arguments, but one sequence is expected; separate its labels by "
            f"commas: {','.join(sequence)}"
        )
    return sequence[0]


def _report(sample: Sample, show: bool, verbose: bool) -> None:
    if verbose:
        height, width = sample.image.shape[:2]
        ids = ", ".join(map(str, sample.glyph_ids))
        click.echo(
            f"{sample.text}: index {sample.index}, {width} x {height} px, glyphs {ids}", err=True
        )
    if show:
        show_image(sample.image)
