"""Messages on standard error, and silencing them."""

from __future__ import annotations

import warnings

import click

from mnistseq.cli.support.options import AddOption, option
from mnistseq.progress import show_progress

quiet_option: AddOption = option(
    "-q", "--quiet", is_flag=True, help="Print only errors to standard error."
)


def be_quiet() -> None:
    """Print no warnings and show no bars until the command ends."""
    click.get_current_context().with_resource(warnings.catch_warnings(action="ignore"))
    hide_bars()


def hide_bars() -> None:
    """Show no bars for library functions until the command ends."""
    click.get_current_context().with_resource(show_progress(None))


def print_seed(seed: int) -> None:
    """Print the seed that was chosen for the user."""
    click.echo(f"seed {seed}: --seed {seed} draws the same again", err=True)
