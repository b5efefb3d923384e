"""How far a batch is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import Literal, TypeAlias

import click

from mnistseq.pipeline.job import Receipt

Mode: TypeAlias = Literal["auto", "on", "off"]

_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def progress(mode: Mode, samples: int) -> Iterator[Callable[[Receipt], None]]:
    """Give a function to be told of each finished shard."""
    if mode == "off":
        yield lambda _: None
    elif mode == "on" or sys.stderr.isatty():
        from tqdm import tqdm

        # A terminal that does not know its size would be shown nothing.
        size = get_terminal_size()
        with tqdm(
            total=samples,
            unit="img",
            unit_scale=True,
            smoothing=0.1,
            ncols=size.columns,
            nrows=size.lines,
        ) as bar:

            def tell(receipt: Receipt) -> None:
                if not receipt.made:
                    bar.initial += receipt.shard.samples  # no part of the speed
                bar.update(receipt.shard.samples)

            yield tell
    else:
        yield _Lines(samples).tell


class _Lines:
    """Lines for a log: few, and whole."""

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._done = self._made = 0
        self._began = self._last = time.monotonic()

    def tell(self, receipt: Receipt) -> None:
        """Note a shard, and say so if it is time."""
        self._done += receipt.shard.samples
        self._made += receipt.shard.samples * receipt.made
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_LINES and self._done < self._samples:
            return
        self._last = now
        rate = self._made / max(now - self._began, 1e-9)
        left = f", {(self._samples - self._done) / rate:.0f} s left" if rate else ""
        click.echo(
            f"{self._done} of {self._samples} images, {rate:.0f} a second{left}",
            err=True,
        )
