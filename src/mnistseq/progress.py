"""Progress reports: library functions report progress, and applications choose how to show it.

A library function counts its steps::

    with reporting(len(files), "reading files") as advance:
        for file in files:
            read(file)
            advance(1)

Nothing is shown unless the application has chosen a display::

    with show_progress(display):
        bank = load_bank(config)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeAlias

Advance: TypeAlias = Callable[[int], object]
"""Called with the number of steps finished since the last call, from any thread."""

Display: TypeAlias = Callable[[int, str, str], AbstractContextManager[Advance]]
"""Called with the number of steps, a label and the unit of a step; the context lasts as long as the
work."""

_display: ContextVar[Display | None] = ContextVar("display", default=None)


@contextmanager
def show_progress(display: Display | None) -> Iterator[None]:
    """Show the progress of all work inside the context in `display`; None shows nothing."""
    token = _display.set(display)
    try:
        yield
    finally:
        _display.reset(token)


@contextmanager
def reporting(total: int, label: str, unit: str = "it") -> Iterator[Advance]:
    """Report the progress of the work inside the context.

    Parameters
    ----------
    total : int
        Number of steps.
    label : str
        What is being done, such as ``reading pictures``.
    unit : str
        The unit of a step; ``B`` for bytes.
    """
    display = _display.get()
    if display is None:
        yield _ignore
        return
    with display(total, label, unit) as advance:
        yield advance


def _ignore(_count: int) -> None:
    """Do nothing, because no display was chosen."""
