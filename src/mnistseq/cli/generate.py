"""``mnistseq generate``: images of one sequence."""

from __future__ import annotations

import secrets
import shutil
import sys
import warnings
from os import environ
from typing import TYPE_CHECKING, Any

import click

from mnistseq.cli.numbers import Whole
from mnistseq.cli.options import config_options, effective_config
from mnistseq.cli.stopping import stopping

if TYPE_CHECKING:
    from mnistseq.core.samples import Sample


@click.command("generate")
@click.argument("sequence")
@config_options
@click.option("--seed", type=Whole(0, 2**64 - 1), help="What to draw; a new one by default.")
@click.option("-n", "--count", type=Whole(1), default=1, help="How many images.")
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR|-",
    help="A file, a folder that is there, or - for standard output; by default seq_… in this one.",
)
@click.option("--quality", type=Whole(1, 100), help="Of a JPEG; 95 by default.")
@click.option(
    "--labels", is_flag=True, help="Put a JSON file beside it: label, boxes, seed, config."
)
@click.option("--force", is_flag=True, help="Overwrite; by default the next free name is taken.")
@click.option("--show", is_flag=True, help="Draw it in the terminal, too, on standard error.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what was drawn.")
@stopping("stopped; the images that were named are whole")
def command(
    sequence: str,
    config_file: str | None,
    assignments: tuple[str, ...],
    seed: int | None,
    count: int,
    output: str | None,
    quality: int | None,
    labels: bool,
    force: bool,
    show: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Draw images of SEQUENCE.

    SEQUENCE is labels with commas between them, as in 3,5,0 or cat,dog; where
    every label is one character, 350 will do. The path of each image is printed.
    """
    from mnistseq.pipeline.images.generate import Destination, generate, generate_bytes

    if quiet:
        click.get_current_context().with_resource(warnings.catch_warnings(action="ignore"))
    effective = effective_config(config_file, assignments, options)
    drawn_with = secrets.randbits(63) if seed is None else seed
    say_seed = seed is None and not quiet
    if output == "-":
        fine = _quality(quality, effective.config.output_format)
        sample, encoded = generate_bytes(
            effective.config, sequence, drawn_with, count, fine, labels
        )
        if say_seed:
            _say_seed(drawn_with)
        sys.stdout.buffer.write(encoded)
        sys.stdout.buffer.flush()
        _report(sample, show, verbose and not quiet)
        return
    destination = Destination.of(output, effective, count)
    for sample, path in generate(
        effective.config,
        sequence,
        drawn_with,
        count,
        destination,
        quality=_quality(quality, destination.kind),
        labels=labels,
        force=force,
    ):
        if say_seed and not sample.index:
            _say_seed(drawn_with)
        click.echo(path)
        _report(sample, show, verbose and not quiet)


def _quality(asked: int | None, kind: str) -> int:
    from mnistseq.formats.encoding.images import DEFAULT_QUALITY

    if asked is None:
        return DEFAULT_QUALITY
    if kind == "png":
        raise click.UsageError(
            f"--quality {asked} is of a JPEG, but a PNG is made: give --format jpg"
        )
    return asked


def _say_seed(seed: int) -> None:
    click.echo(f"seed {seed}: --seed {seed} draws the same again", err=True)


def _report(sample: Sample, show: bool, verbose: bool) -> None:
    if verbose:
        height, width = sample.image.shape[:2]
        ids = ", ".join(map(str, sample.glyph_ids))
        click.echo(
            f"{sample.text}: index {sample.index}, {width} x {height} px, glyphs {ids}", err=True
        )
    if show:
        from mnistseq.inspection.terminal import half_blocks

        colour = sys.stderr is not None and sys.stderr.isatty() and "NO_COLOR" not in environ
        columns = shutil.get_terminal_size().columns
        click.echo(half_blocks(sample.image, columns, colour=colour), err=True, color=colour)
