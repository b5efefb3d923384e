"""A journal: lines of JSON that outlive a killed run."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mnistseq.pipeline.store.protocol import Store


class Journal:
    """A file of a store, or a series of objects, to which lines are added.

    In a local folder a line is in the file as soon as `append` returns, and
    survives the end of the process. An object cannot grow, so a remote store
    collects lines and writes an object for each batch of them.

    Parameters
    ----------
    name : str
        Name of the file; of a series of objects, what their names begin with.
    """

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._waiting: list[str] = []
        self._written_at = time.monotonic()

    def append(self, record: Mapping[str, Any]) -> None:
        """Add a line, which is written at once or with those that follow."""
        self._waiting.append(json.dumps(record))
        batching = self._store.batching
        waited = time.monotonic() - self._written_at
        if len(self._waiting) >= batching.lines or waited > batching.seconds:
            self.flush()

    def flush(self) -> None:
        """Write all lines that wait."""
        if self._waiting:
            # A line begins with its break, so that one torn by a killed run spoils no other.
            self._store.append(self._name, "".join(f"\n{line}" for line in self._waiting).encode())
            self._waiting.clear()
        self._written_at = time.monotonic()

    def records(self) -> list[Any]:
        """Return the JSON values of all written lines; torn lines are left out."""
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
