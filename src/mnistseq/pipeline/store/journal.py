"""Journal: lines of JSON that survive when a run is killed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mnistseq.pipeline.store.protocol import Store


class Journal:
    """A file, or a series of objects, to which lines are appended.

    In a local folder, a line is in the file when `append` returns, and survives the end of
    the process. Objects cannot grow, so a remote store writes one for each batch of lines.

    Parameters
    ----------
    name : str
        Name of the file, or prefix of the names of objects.
    """

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._waiting: list[str] = []
        self._written_at = time.monotonic()

    def append(self, record: Mapping[str, Any]) -> None:
        """Append a line, which is written at once or together with later ones."""
        self._waiting.append(json.dumps(record))
        waited = time.monotonic() - self._written_at
        if len(self._waiting) >= self._store.journal_lines or waited > self._store.journal_seconds:
            self.flush()

    def flush(self) -> None:
        """Write all pending lines."""
        if self._waiting:
            # The line break comes first, so that a torn line does not damage the next one.
            self._store.append(self._name, "".join(f"\n{line}" for line in self._waiting).encode())
            self._waiting.clear()
        self._written_at = time.monotonic()

    def records(self) -> list[Any]:
        """Return the JSON values of all written lines, without torn ones."""
        found = []
        for content in self._store.read(self._pieces()):
            for line in content.split(b"\n"):
                with suppress(ValueError, RecursionError):
                    found.append(json.loads(line))
        return found

    def remove(self) -> None:
        """Remove all lines."""
        self._waiting.clear()
        for name in self._pieces():
            self._store.remove(name)

    def _pieces(self) -> list[str]:
        folder, slash, stem = self._name.rpartition("/")
        names = self._store.names(folder)
        return [
            f"{folder}{slash}{name}"
            for name in names
            if name == stem or name.startswith(f"{stem}.")
        ]
