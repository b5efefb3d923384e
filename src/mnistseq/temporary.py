"""Temporary files and folders; leftovers of killed processes are removed by the next run.

Processes lock what they use, so anything unlocked is a leftover. On systems without locks,
leftovers remain.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import IO

from mnistseq.locks import HAVE_LOCKS, locked

_PREFIX = "mnistseq-"
_OURS = re.compile(r"mnistseq-[a-z0-9_]{8}")
_JUST_MADE = 60
"""Seconds during which something new may not be locked yet."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Provide a new, empty folder in the system's temporary folder, and remove it afterwards."""
    remove_leftovers()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, locked(name):
        yield Path(name)


@contextmanager
def temporary_file() -> Iterator[IO[bytes]]:
    """Open a new temporary file, which is removed at the end."""
    remove_leftovers()
    file = tempfile.NamedTemporaryFile(prefix=_PREFIX, delete=False)  # noqa: SIM115
    try:
        with locked(file.name):
            yield file
    finally:
        # Closing retries a failed write, whose error has already been raised.
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            Path(file.name).unlink()


def remove_leftovers() -> None:
    """Remove temporary files and folders of this user that no process uses."""
    if not HAVE_LOCKS:
        return
    with suppress(OSError):
        for entry in os.scandir(tempfile.gettempdir()):
            if _OURS.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_if_left(entry)


def _remove_if_left(entry: os.DirEntry[str]) -> None:
    facts = entry.stat(follow_symlinks=False)
    if facts.st_uid != os.getuid() or time() - facts.st_mtime < _JUST_MADE or entry.is_symlink():
        return
    with locked(entry.path):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            Path(entry.path).unlink()
