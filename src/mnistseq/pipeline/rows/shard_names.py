"""Names of samples are unique within a shard."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import islice

from mnistseq.pipeline.rows.row import Row
from mnistseq.pipeline.rows.split_assignment import SplitPart


class ShardNames:
    """Finds names that occur twice in a shard.

    It remembers the names of one shard for each split, so that memory does not grow with the
    rows. Names that differ only in case are equal, as they are on macOS and Windows.

    Parameters
    ----------
    shard_samples : int
    """

    def __init__(self, shard_samples: int) -> None:
        self._shard_samples = shard_samples
        self._rows_are_named: bool | None = None
        self._samples: dict[str, int] = {}
        self._names: dict[str, set[str]] = {}

    def problem(self, row: Row, parts: Iterable[SplitPart]) -> str | None:
        """Return why the row's samples cannot have their names.

        Either all rows of a file are named or none, because the number that a sample without a
        name has instead might be another sample's name.
        """
        named = row.name is not None
        if self._rows_are_named is None:
            self._rows_are_named = named
        if self._rows_are_named != named:
            return (
                f"has {'a' if named else 'no'} name, but rows before it have "
                f"{'none' if named else 'one'}; name all rows or none"
            )
        if not named:
            return None
        seen: dict[str, int] = {}
        for split, part in parts:
            before = seen.get(split, 0)
            repeated = self._first_repeated(split, map(str, part.names()), before)
            if repeated is not None:
                return (
                    f"name {repeated!r} occurs twice in a shard (upper and lower case are not "
                    "distinguished)"
                )
            seen[split] = before + part.samples
        return None

    def add(self, parts: Iterable[SplitPart]) -> None:
        """Remember the names of samples, in their order."""
        for split, part in parts:
            if part.row.name is not None:
                self._add(split, map(str, part.names()))

    def _first_repeated(self, split: str, names: Iterable[str], before: int) -> str | None:
        """Return the first of these names that their shard has already.

        The names come next in their split after `before` others that are not remembered yet.
        """
        room = max(0, -self._samples.get(split, 0) % self._shard_samples - before)
        known = self._names.get(split, set())
        return next((name for name in islice(names, room) if _folded(name) in known), None)

    def _add(self, split: str, names: Iterable[str]) -> None:
        samples = self._samples.get(split, 0)
        known = self._names.setdefault(split, set())
        for name in names:
            if samples % self._shard_samples == 0:
                known.clear()
            known.add(_folded(name))
            samples += 1
        self._samples[split] = samples


def _folded(name: str) -> str:
    """Return a name in the form in which a file system without case compares it."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
