"""How far a command is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import Literal, TypeAlias

import click

Mode: TypeAlias = Literal["auto", "on", "off"]

_SECONDS_BETWEEN_LINES = 10.0


Tell: TypeAlias = Callable[[int, bool], None]
"""How many more there are, and whether they were made now: what was there is no part of the speed."""


@contextmanager
def progress(mode: Mode, total: int, things: str, unit: str) -> Iterator[Tell]:
    """Give a function to be told of what is finished, of so many things in all."""
    if mode == "off" or sys.stderr is None:  # it may be closed
        yield lambda _more, _made: None
    elif mode == "on" or sys.stderr.isatty():
        from tqdm import tqdm

        # A terminal that does not know its size would be shown nothing.
        size = get_terminal_size()
        with tqdm(
            total=total,
            unit=unit,
            unit_scale=True,
            smoothing=0.1,
            ncols=size.columns,
            nrows=size.lines,
        ) as bar:

            def tell(more: int, made: bool) -> None:
                if not made:
                    bar.initial += more
                bar.update(more)

            yield tell
    else:
        yield _Lines(total, things).tell


class _Lines:
    """Lines for a log: few, and whole."""

    def __init__(self, total: int, things: str) -> None:
        self._total = total
        self._things = things
        self._done = self._made = 0
        self._began = self._last = time.monotonic()

    def tell(self, more: int, made: bool) -> None:
        """Note what is finished, and say so if it is time."""
        self._done += more
        self._made += more * made
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        rate = self._made / max(now - self._began, 1e-9)
        left = f", {(self._total - self._done) / rate:.0f} s left" if rate else ""
        click.echo(
            f"{self._done} of {self._total} {self._things}, {rate:.0f} a second{left}", err=True
        )
