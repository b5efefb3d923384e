"""RowInput: rows of a file as the input of a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from mnistseq import messages
from mnistseq.core.composer import Composer
from mnistseq.core.feasibility import needs_labels, row_problem
from mnistseq.errors import BadRowsError, RowsError
from mnistseq.pipeline.dataset.manifest import RowsRecord
from mnistseq.pipeline.dataset.request import DatasetRequest, InputCount
from mnistseq.pipeline.rows.row import MAX_SAMPLES, BadRow, Row, RowPart
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.rows.shard_names import ShardNames
from mnistseq.pipeline.rows.split_assignment import SplitAssignment, SplitPart
from mnistseq.pipeline.rows.split_shares import Shares
from mnistseq.pipeline.shards.layout import ShardLayout, SplitRange
from mnistseq.pipeline.shards.spec import Task
from mnistseq.pipeline.store.durability import measure

_SHOWN = 20
"""Maximum number of bad rows listed in an error."""

_RECORDED = 10_000
"""Maximum number of bad rows listed in a manifest."""

SplitParts: TypeAlias = Iterator[SplitPart]
"""The samples of one row, with their splits."""


@dataclass(frozen=True)
class RowInput:
    """Rows of a file, each drawn `repeat` times its own count.

    Attributes
    ----------
    skip_bad : bool
        Whether to skip rows that cannot be drawn; by default they are an error.
    """

    file: RowFile
    repeat: int = 1
    skip_bad: bool = False

    @property
    def keep(self) -> tuple[str, ...]:
        """Return the names of the columns recorded with every sample."""
        return self.file.choice.keep

    def read_from(self, path: Path) -> RowInput:
        """Return the same rows, to be read from a copy of their file."""
        return replace(self, file=replace(self.file, path=path))

    def record(self) -> RowsRecord:
        """Return the record for the manifest, with the hash of the file instead of its path."""
        size, digest = measure(self.file.path)
        return RowsRecord(
            kind="rows",
            format=self.file.format,
            bytes=size,
            sha256=digest,
            repeat=self.repeat,
            skip_bad=self.skip_bad,
            column=self.file.choice.column,
            keep=self.file.choice.keep,
        )

    def count(self, request: DatasetRequest, composer: Composer) -> InputCount:
        """Read and check all rows, and count their samples.

        Raises
        ------
        ArgumentError
            If the file as a whole cannot be read.
        ColumnError
            If a required column is missing or ambiguous.
        BadRowsError
            If rows cannot be drawn and `skip_bad` is false; the message lists the first.
        RowsError
            If there are no rows, or a split gets no samples.
        """
        counts = {name: 0 for name, _ in request.shares}
        bad_count, bad = 0, list[BadRow]()
        for row in self._rows(request, composer):
            if isinstance(row, BadRow):
                bad_count += 1
                if len(bad) < _RECORDED:
                    bad.append(row)
            else:
                for split, part in row:
                    counts[split] += part.samples
        if bad_count and not self.skip_bad:
            raise BadRowsError(self._bad_rows(bad, bad_count), self.file.unit)
        if not any(counts.values()):
            if bad_count:
                raise RowsError(
                    f"no {self.file.unit} is left to draw: {self._bad_rows(bad, bad_count)}"
                )
            raise RowsError(
                f"{self.file.display_name}: has no rows to draw; give at least one sequence"
            )
        _check_splits(request.shares, counts)
        unused = self.file.unused_columns(composer.bank.alphabet)
        return InputCount(
            tuple(counts.values()), bad=bad_count, listed=tuple(bad), unused_columns=unused
        )

    def tasks(
        self, layout: ShardLayout, request: DatasetRequest, composer: Composer
    ) -> Iterator[Task]:
        """Yield a task for every shard with its rows while reading the file."""
        good_rows = (row for row in self._rows(request, composer) if not isinstance(row, BadRow))
        return _shard_tasks(layout, chain.from_iterable(good_rows))

    def _rows(self, request: DatasetRequest, composer: Composer) -> Iterator[SplitParts | BadRow]:
        """Read the file, and yield the samples of good rows as well as bad rows."""
        problem_of = _row_check(request, composer)
        assignment = SplitAssignment(request.seed, request.shares, request.disjoint)
        names = ShardNames(request.shard_samples, request.name_template, self.keep)
        number = 0
        for read in self.file.rows(composer.bank.alphabet):
            if isinstance(read, BadRow):
                yield read
                continue
            row = read if self.repeat == 1 else read._replace(samples=read.samples * self.repeat)
            problem = problem_of(row) or names.problem(row, assignment.parts(row, number))
            if problem is not None:
                yield BadRow(row.line, problem)
                continue
            names.add(assignment.parts(row, number))
            yield assignment.parts(row, number)
            number += row.samples

    def _bad_rows(self, bad: Sequence[BadRow], count: int) -> str:
        shown = bad[:_SHOWN]
        found = self.file.locate([row.line for row in shown])
        lines = [f"{where}: {row.problem}" for where, row in zip(found, shown, strict=True)]
        more = messages.and_more(count - len(shown)).strip()
        number = messages.plural(count, self.file.unit)
        heading = f"{self.file.display_name}: {number} cannot be drawn"
        return "\n".join([heading, *lines, *([more] if more else [])])


def _check_splits(shares: Shares, counts: Mapping[str, int]) -> None:
    """Raise RowsError if a split gets no samples."""
    for name, share in shares:
        if not counts[name]:
            raise RowsError(
                f"split {name} gets none of {sum(counts.values())} images for its share of "
                f"{share:g}, because images are split at random: give more rows, a larger share or "
                "another seed"
            )


def _row_check(request: DatasetRequest, composer: Composer) -> Callable[[Row], str | None]:
    """Return a function that returns why a row cannot be drawn, or None."""
    width = request.config.image.width
    # Rows that differ only in their labels are checked once.
    known_problem = lru_cache(maxsize=4096)(partial(row_problem, composer))

    def problem(row: Row) -> str | None:
        if row.samples > MAX_SAMPLES:
            return (
                f"has {row.samples:,} images, its count times the repeats of all rows; a row has "
                f"at most {MAX_SAMPLES:,}"
            )
        if request.format.one_size and row.width not in {None, width}:
            return (
                f"has width {row.width}, but the format needs images of one size, of width {width}"
            )
        labels = frozenset(row.labels) if needs_labels(composer) else None
        return known_problem(len(row.labels), row.minimum, row.maximum, row.width, labels)

    return problem


def _shard_tasks(layout: ShardLayout, parts: Iterable[SplitPart]) -> Iterator[Task]:
    """Yield a task for every shard as soon as it is full."""
    open_shards = {split.name: _OpenShard(layout, split) for split in layout.splits}
    for split, part in parts:
        yield from open_shards[split].add(part)


@dataclass
class _OpenShard:
    """The current shard of a split, which is not full yet: its number and its rows so far."""

    layout: ShardLayout
    split: SplitRange
    number: int = 0
    samples: int = 0
    parts: list[RowPart] = field(default_factory=list)

    def add(self, part: RowPart) -> Iterator[Task]:
        """Add samples, and yield a task for each shard that becomes full."""
        while part.samples:
            shard = self.layout.shard_of(self.split, self.number)
            taken = min(shard.samples - self.samples, part.samples)
            self.parts.append(part._replace(samples=taken))
            self.samples += taken
            part = part._replace(begin=part.begin + taken, samples=part.samples - taken)
            if self.samples == shard.samples:
                yield Task(shard, tuple(self.parts))
                self.number, self.samples, self.parts = self.number + 1, 0, []
