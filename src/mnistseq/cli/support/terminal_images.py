"""Show images in the terminal."""

from __future__ import annotations

import sys
from os import environ
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from mnistseq.core.array_types import Pixels

_PIXELS_OF_A_COLUMN = 5
"""A column of a terminal is about ten pixels wide, so images appear at twice their size."""

_MOST_COLUMNS = 250
"""Maximum number of columns in kitty's protocol."""


def show_image(image: Pixels) -> None:
    """Show an image on standard error, as pixels if the terminal supports it, else as half blocks."""
    colour = _is_terminal(sys.stderr) and "NO_COLOR" not in environ
    from shutil import get_terminal_size  # slow to import

    columns, lines = get_terminal_size()
    if colour and _show_pixels(image, columns, lines):
        return
    from mnistseq.inspection.terminal import half_blocks

    click.echo(half_blocks(image, columns, colour=colour), err=True, color=colour)


def _show_pixels(image: Pixels, columns: int, lines: int) -> bool:
    """Show an image with kitty's protocol or sixels; return whether the terminal supports one."""
    # The query goes to standard output, and the answer comes from standard input.
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stdout__)):
        return False
    import logging  # needed only to query a terminal

    # If a terminal does not report the size of its characters, that is logged with a traceback.
    logging.getLogger("textual_image").addHandler(logging.NullHandler())
    try:
        from textual_image import renderable  # queries the terminal
    except ImportError:  # an extra
        return False
    if renderable.Image not in (renderable.TGPImage, renderable.SixelImage):
        return False
    import numpy as np
    from PIL.Image import fromarray
    from rich.console import Console

    # kitty's protocol encodes the number of an image as a colour, which must not be changed.
    console = Console(stderr=True, color_system="truecolor")
    height, width = image.shape[:2]
    # Rows are about twice as high as columns are wide; whole rows keep the proportions.
    rows = max(1, round(height / _PIXELS_OF_A_COLUMN / 2))
    across = max(1, min(round(2 * rows * width / height), columns, _MOST_COLUMNS))
    rows = round(across * height / width / 2)
    # Sixels cannot start above the screen, so an image is shown in bands.
    bands = min(height, 1 + 2 * rows // lines)
    for band in np.array_split(image, bands):
        part = renderable.Image(fromarray(band), width=across, height="auto" if rows > 1 else 1)
        console.print(part, end="")
    return True


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
