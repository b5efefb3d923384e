"""Being asked to stop: Ctrl-C and SIGTERM, and the exit codes that shells know them by."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click


class _Terminated(BaseException):
    """SIGTERM, raised where the work is, so that it can be put in order."""


class _Stopped(click.ClickException):
    """The end of a command that was asked to stop: 128 and the number of the signal."""

    def __init__(self, message: str, cause: BaseException) -> None:
        super().__init__(message)
        number = signal.SIGTERM if isinstance(cause, _Terminated) else signal.SIGINT
        self.exit_code = 128 + number  # type: ignore[misc]  # click reads it from the instance


@contextmanager
def _terminable() -> Iterator[None]:
    """Have the first SIGTERM raise `_Terminated`, and the first Ctrl-C KeyboardInterrupt.

    Those that follow are not heard until the end of the process: an impatient
    second one would otherwise break off the putting in order that the first began.
    """
    stopped = False

    def stop(number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        raise _Terminated if number == signal.SIGTERM else KeyboardInterrupt

    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    if before[signal.SIGINT] is signal.SIG_IGN:
        del before[signal.SIGINT]  # as a shell has it for what runs in the background
    for one in before:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, handler in before.items() if not stopped else ():
            signal.signal(one, handler)


@contextmanager
def stopping(message: str) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end a command after it has put things in order, with a message."""
    try:
        with _terminable():
            yield
    except (KeyboardInterrupt, _Terminated) as stop:
        raise _Stopped(message, stop) from None
