"""Settings for downloads: environment variables, deadlines and retries."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from mnistseq.errors import ArgumentError

_START = 60.0
"""Seconds that even a small file may take, for DNS, proxies and handshakes."""

_SLOWEST = 50_000
"""Minimum speed in bytes per second; slower mirrors are abandoned."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for downloads, and how often to retry.

    Parameters
    ----------
    deadline : float, optional
        Seconds for a whole file from one mirror; by default
        ``MNISTSEQ_DEADLINE``, or a time that grows with the file's size.
    rounds : int
        Number of attempts for each mirror.
    pause : float
        Seconds between the first two rounds; doubled after each.
    """

    deadline: float | None = None
    rounds: int = 3
    pause: float = 1.0

    def seconds(self, size: int) -> float:
        """Return how long a file of `size` bytes may take from one mirror."""
        if self.deadline is not None:
            return self.deadline
        given = os.environ.get("MNISTSEQ_DEADLINE")
        if not given:
            return _START + size / _SLOWEST
        try:
            seconds = float(given)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < 1e7:
            raise ArgumentError(
                f"MNISTSEQ_DEADLINE is {given!r}; it must be a number of seconds above 0, for one "
                "file from one mirror"
            )
        return seconds


def data_folder() -> Path:
    """Return the folder for downloads: ``MNISTSEQ_DATA``, or the user's data folder."""
    chosen = os.environ.get("MNISTSEQ_DATA")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path  # most runs download nothing

    return user_data_path("mnistseq", appauthor=False)


_FORBIDDEN: ContextVar[bool] = ContextVar("downloads forbidden", default=False)


@contextmanager
def downloads_forbidden() -> Iterator[None]:
    """Forbid downloads inside this context, for requests from untrusted files."""
    token = _FORBIDDEN.set(True)
    try:
        yield
    finally:
        _FORBIDDEN.reset(token)


def offline() -> str | None:
    """Return the reason why downloads are forbidden, or None if they are not."""
    if _FORBIDDEN.get():
        return "the caller has not allowed downloads"
    return "MNISTSEQ_OFFLINE forbids downloads" if _offline() else None


def _offline() -> bool:
    return os.environ.get("MNISTSEQ_OFFLINE", "").lower() not in ("", "0", "no", "false")


def chosen_mirror(dataset: str) -> tuple[str, ...]:
    """Return the URL of the data set on the user's mirror, ``MNISTSEQ_MIRROR``, if set."""
    given = os.environ.get("MNISTSEQ_MIRROR")
    if not given:
        return ()
    if not given.startswith(("http://", "https://")):
        raise ArgumentError(
            f"MNISTSEQ_MIRROR is {given!r}; it must begin with http:// or https://, as in "
            "https://mirror.example.org/data"
        )
    return (f"{given.rstrip('/')}/{dataset}/",)
