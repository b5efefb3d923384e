"""Locks that the system releases when a process ends, in whatever way.

They distinguish files in use from those left by killed processes. On systems without such locks,
nothing is locked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HAVE_LOCKS = os.name == "posix"


def lock_open(handle: int) -> None:
    """Lock an open file until all handles to it are closed, waiting for other processes."""
    if HAVE_LOCKS:
        import fcntl

        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Lock a file or folder inside this context; BlockingIOError if another process holds it."""
    if not HAVE_LOCKS:
        yield
        return
    import fcntl

    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
