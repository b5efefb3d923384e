"""A display for progress that remembers what it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mnistseq.progress import Advance


class Recorder:
    """Remembers what was opened, each step, and how many displays were closed."""

    def __init__(self) -> None:
        self.opened: list[tuple[int, str, str]] = []
        self.steps: list[int] = []
        self.closed = 0

    @contextmanager
    def __call__(self, total: int, label: str, unit: str) -> Iterator[Advance]:
        self.opened.append((total, label, unit))
        try:
            yield self.steps.append
        finally:
            self.closed += 1
