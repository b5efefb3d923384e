"""Stop a command cleanly on Ctrl-C, SIGTERM or a closed terminal, with the right exit code."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class _Signalled(BaseException):
    """A signal, raised inside the interrupted work so that it can clean up."""


class Stopped(click.ClickException):
    """The end of a stopped command: exit code 128 plus the number of the signal."""

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.exit_code: int = 128 + number  # type: ignore[misc]  # click reads it from the instance


@contextmanager
def stopping(message: str | Callable[[], str]) -> Iterator[None]:
    """End a command at the first signal, after cleaning up.

    Later signals are ignored until the process ends, because a second one would interrupt the
    cleanup.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise _Signalled(number)

    before = {each: signal.getsignal(each) for each in _SIGNALS}
    # Shells make background jobs ignore SIGINT, and nohup makes commands ignore SIGHUP.
    before = {each: handler for each, handler in before.items() if handler is not signal.SIG_IGN}
    for each in before:
        signal.signal(each, stop)
    try:
        yield
    except _Signalled as signalled:
        text = message if isinstance(message, str) else message()
        raise Stopped(text, *signalled.args) from None
    finally:
        for each, handler in before.items():
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, handler)
