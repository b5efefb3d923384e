"""Images in the terminal."""

from __future__ import annotations

import shutil
import sys
from os import environ
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mnistseq.core.arrays import Pixels


def show_image(image: Pixels) -> None:
    """Show an image on standard error, in colour where that is a terminal with colours."""
    from mnistseq.inspection.terminal import half_blocks

    colour = sys.stderr is not None and sys.stderr.isatty() and "NO_COLOR" not in environ
    columns = shutil.get_terminal_size().columns
    click.echo(half_blocks(image, columns, colour=colour), err=True, color=colour)
