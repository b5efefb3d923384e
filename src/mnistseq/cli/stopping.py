"""Being asked to stop: Ctrl-C and SIGTERM, and the exit codes that shells know them by."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click


class Terminated(BaseException):
    """SIGTERM, raised where the work is, so that it can be put in order."""


class Stopped(click.ClickException):
    """The end of a command that was asked to stop: 128 and the number of the signal."""

    def __init__(self, message: str, cause: BaseException) -> None:
        super().__init__(message)
        number = signal.SIGTERM if isinstance(cause, Terminated) else signal.SIGINT
        self.exit_code = 128 + number  # type: ignore[misc]  # click reads it from the instance


@contextmanager
def terminable() -> Iterator[None]:
    """Have SIGTERM raise `Terminated` for as long as this lasts."""

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
