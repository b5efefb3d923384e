"""Show progress: a bar on a terminal, occasional lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

import click

from mnistseq import messages
from mnistseq.cli.support.options import AddOption, option

Mode: TypeAlias = Literal["auto", "on", "off"]

Advance: TypeAlias = Callable[[int, bool], None]
"""Called with how many things are finished, and whether they count for the speed."""

progress_option: AddOption = option(
    "--progress",
    heading="Running",
    type=click.Choice(["auto", "on", "off"]),
    default="auto",
    show_default=True,
    help="Show progress. auto: a bar on a terminal, and occasional lines elsewhere.",
)


@contextmanager
def progress(
    mode: Mode, total: int, things: str, unit: str, *, seconds_between_lines: float = 10.0
) -> Iterator[Advance]:
    """Show progress on standard error through calls of the provided function.

    Parameters
    ----------
    total : int
        Number of things to finish.
    things, unit : str
        Their names in lines and in bars, such as ``images`` and ``img``.
    """
    if mode == "off" or sys.stderr is None:  # standard error may be closed
        yield lambda _count, _made: None
    elif mode == "on" or sys.stderr.isatty():
        with _bar(total, unit) as advance:
            yield advance
    else:
        yield _Lines(total, things, seconds_between_lines).advance


@contextmanager
def _bar(total: int, unit: str) -> Iterator[Advance]:
    from shutil import get_terminal_size  # slow to import

    from tqdm import tqdm  # not for commands that show none

    # tqdm shows nothing on a terminal that does not report its size.
    size = get_terminal_size()
    with tqdm(
        total=total,
        unit=unit,
        unit_scale=True,
        smoothing=0.1,
        ncols=size.columns,
        nrows=size.lines,
    ) as bar:

        def advance(count: int, made: bool) -> None:
            if not made:
                bar.initial += count
            bar.update(count)

        yield advance


class _Lines:
    """Occasional lines for a log."""

    def __init__(self, total: int, things: str, seconds_between: float) -> None:
        self._total = total
        self._things = things
        self._seconds_between = seconds_between
        self._done = self._made = 0
        self._began = self._last = time.monotonic()

    def advance(self, count: int, made: bool) -> None:
        """Count finished things, and print a line if the last one was some time ago."""
        self._done += count
        self._made += count * made
        now = time.monotonic()
        if now - self._last < self._seconds_between:
            return
        self._last = now
        speed = self._made / max(now - self._began, 1e-9)
        left = f", {messages.duration((self._total - self._done) / speed)} left" if speed else ""
        click.echo(
            f"{self._done:,} of {self._total:,} {self._things}, "
            f"{messages.rate(speed, self._things)}{left}",
            err=True,
        )
