"""ShardNames: check that names of samples are unique within a shard."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from mnistseq.core.sequences import join
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.row import Row, RowPart
from mnistseq.pipeline.rows.split_assignment import SplitPart

_Use: TypeAlias = tuple[str, int]
"""A name and the line of its row."""


class ShardNames:
    """Finds names that occur twice in a shard.

    Only the names of one shard per split are remembered, so memory does not grow with the rows.
    Names that differ only in case count as equal, as on macOS and Windows.

    Parameters
    ----------
    template : NameTemplate, optional
        Template for the names; by default the names of the rows.
    columns : sequence of str
        Names of the recorded columns.
    """

    def __init__(
        self,
        shard_samples: int,
        template: NameTemplate | None = None,
        columns: Sequence[str] = (),
    ) -> None:
        self._shard_samples = shard_samples
        self._template = template
        self._columns = columns
        self._rows_are_named: bool | None = None
        self._samples: dict[str, int] = {}
        self._used: dict[str, dict[str, _Use]] = {}

    def problem(self, row: Row, parts: Iterable[SplitPart]) -> str | None:
        """Return why the row's samples cannot have their names, or None.

        Either all rows of a file or none must have names, because the number of a sample without
        a name might be the name of another.
        """
        problem = self._problem_of_row(row)
        if problem is not None or (row.name is None and self._template is None):
            return problem
        seen: dict[str, int] = {}
        try:
            for split, part in parts:
                before = seen.get(split, 0)
                repeated = self._first_repeated(split, self._names(split, part), before)
                if repeated is not None:
                    return _already_used(*repeated)
                seen[split] = before + part.samples
        except ArgumentError as error:
            return str(error)
        return None

    def add(self, parts: Iterable[SplitPart]) -> None:
        """Remember the names of samples, in order."""
        if self._template is not None and self._template.is_unique:
            return
        for split, part in parts:
            if self._template is not None or part.row.name is not None:
                self._add(split, part.row.line, self._names(split, part))

    def _problem_of_row(self, row: Row) -> str | None:
        named = row.name is not None
        template = self._template
        if template is None:
            if self._rows_are_named is None:
                self._rows_are_named = named
            if self._rows_are_named == named:
                return None
            return (
                f"has {'a' if named else 'no'} name, but rows before it have "
                f"{'none' if named else 'one'}; name all rows or none"
            )
        if "name" in template.fields and not named:
            return f"has no name, which the name template {template.template!r} needs"
        if row.samples > 1 and template.fields.isdisjoint({"index", "name"}):
            return (
                f"its {row.samples:,} images would all have one name; add {{index}} to the name "
                f"template {template.template!r}"
            )
        return None

    def _names(self, split: str, part: RowPart) -> Iterator[str]:
        """Yield the names of samples; with an index, a single one to check that they are valid."""
        if self._template is None:
            yield from map(str, part.names())
            return
        text = join(part.row.labels)
        columns = dict(zip(self._columns, part.row.kept, strict=True))
        for name in islice(part.names(), 1 if self._template.is_unique else None):
            yield self._template.check(text, split, name, columns)

    def _first_repeated(
        self, split: str, names: Iterable[str], before: int
    ) -> tuple[str, _Use] | None:
        """Return the first of these names that already exists in its shard, and where it is used.

        In their split, the names follow `before` others that are not remembered yet.
        """
        room = max(0, -self._samples.get(split, 0) % self._shard_samples - before)
        used = self._used.get(split, {})
        # Names from a template are checked here while they are made, so that none is missed.
        for position, name in enumerate(islice(names, None if self._template else room)):
            if position < room and _folded(name) in used:
                return name, used[_folded(name)]
        return None

    def _add(self, split: str, line: int, names: Iterable[str]) -> None:
        samples = self._samples.get(split, 0)
        used = self._used.setdefault(split, {})
        for name in names:
            if samples % self._shard_samples == 0:
                used.clear()
            used[_folded(name)] = name, line
            samples += 1
        self._samples[split] = samples


def _already_used(name: str, use: _Use) -> str:
    other, line = use
    like = "" if other == name else f", as {other!r}; upper and lower case are not distinguished"
    return f"name {name!r} is already used on line {line}{like}"


def _folded(name: str) -> str:
    """Return a name as a case-insensitive file system compares it."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
