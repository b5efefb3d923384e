"""Progress bars for library functions, such as downloads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mnistseq.progress import Advance

_DELAY = 1.0
"""Seconds after which a bar is shown; faster work shows none."""


@contextmanager
def terminal_bar(total: int, label: str, unit: str) -> Iterator[Advance]:
    """Show a bar inside the context, if standard error is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _count: None
        return
    from tqdm import tqdm  # not for commands that show no bar

    with tqdm(
        total=total, desc=label, unit=unit, unit_scale=True, leave=False, delay=_DELAY
    ) as bar:
        yield bar.update
