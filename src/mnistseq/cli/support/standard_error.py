"""What several commands print to standard error, or keep from it."""

from __future__ import annotations

import warnings

import click

from mnistseq.cli.support.options import option

quiet_option = option(
    "-q", "--quiet", is_flag=True, help="Print nothing but errors to standard error."
)


def ignore_warnings() -> None:
    """Print no warnings until the command ends."""
    click.get_current_context().with_resource(warnings.catch_warnings(action="ignore"))


def print_seed(seed: int) -> None:
    """Print the seed that was chosen for the user."""
    click.echo(f"seed {seed}: --seed {seed} draws the same again", err=True)
