"""Being asked to stop: Ctrl-C, SIGTERM and a closed terminal, and the exit codes of each."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class _Signalled(BaseException):
    """A signal, raised where the work is, so that it can be put in order."""


class Stopped(click.ClickException):
    """The end of a command that was asked to stop: 128 and the number of the signal."""

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.exit_code = 128 + number  # type: ignore[misc]  # click reads it from the instance


@contextmanager
def stopping(message: str) -> Iterator[None]:
    """Have the first signal to stop end a command after it has put things in order.

    Those that follow are not heard until the end of the process: an impatient
    second one would otherwise break off the putting in order that the first began.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        raise _Signalled(number)

    before = {one: signal.getsignal(one) for one in _SIGNALS}
    # As a shell has it for what runs in the background, and nohup for what outlives its terminal.
    before = {one: old for one, old in before.items() if old is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, stop)
    try:
        yield
    except _Signalled as signalled:
        raise Stopped(message, *signalled.args) from None
    finally:
        for one, handler in before.items():
            if signal.getsignal(one) is not signal.SIG_IGN:
                signal.signal(one, handler)
