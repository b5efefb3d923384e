"""What is written on the images: rows of a file, or sequences drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby, islice
from typing import Any, Protocol

import numpy as np

from mnistseq.config.model import Config
from mnistseq.core.composer import Composer
from mnistseq.core.drawn import DrawnSequences
from mnistseq.core.layout import draw_gaps
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError, RequestError
from mnistseq.pipeline.build import build_composer
from mnistseq.pipeline.job import RowPart, Task, vary
from mnistseq.pipeline.plan import ShardPlan, shares_to_counts
from mnistseq.pipeline.rows import Row, RowFile
from mnistseq.pipeline.store import measure

_ROWS_AT_ONCE = 4096


class Input(Protocol):
    """What is written."""

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it; two inputs that say the same are the same."""
        ...

    def count(self, config: Config, composer: Composer, seed: int, shares: Shares) -> Counts:
        """How many samples go to each split; checks all that can be checked before drawing."""
        ...

    def tasks(
        self, plan: ShardPlan, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[Task]:
        """Every shard with what is to be written in it."""
        ...


Shares = tuple[tuple[str, float], ...]
Counts = tuple[int, ...]


@dataclass(frozen=True)
class DrawnInput:
    """Sequences drawn at random.

    Attributes
    ----------
    drawn : DrawnSequences
    samples : int
    """

    drawn: DrawnSequences
    samples: int

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {"kind": "drawn", "samples": self.samples, **asdict(self.drawn)}

    def count(self, config: Config, composer: Composer, seed: int, shares: Shares) -> Counts:
        """Cut the samples in parts of the shares; every length has to fit."""
        for length in range(self.drawn.shortest, self.drawn.longest + 1):
            _check_fit(composer, length)
        return shares_to_counts(tuple(share for _, share in shares), self.samples)

    def tasks(
        self, plan: ShardPlan, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[Task]:
        """Every shard; the worker draws the sequences itself."""
        return (Task(plan[number]) for number in range(len(plan)))


@dataclass(frozen=True)
class RowInput:
    """Rows of a file, each drawn `repeat` times its own count.

    Attributes
    ----------
    file : RowFile
    repeat : int
    """

    file: RowFile
    repeat: int = 1

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it: the content's hash, not the place it came from."""
        size, digest = measure(self.file.path)
        return {
            "kind": "rows",
            "format": self.file.form,
            "bytes": size,
            "sha256": digest,
            "repeat": self.repeat,
        }

    def count(self, config: Config, composer: Composer, seed: int, shares: Shares) -> Counts:
        """Read all rows once; an error names the line."""
        tried: set[tuple[int | None, ...]] = set()
        counts = dict.fromkeys((name for name, _ in shares), 0)
        for split, part in self._parts(composer, seed, shares):
            counts[split] += part.count
            row = part.row
            way = (len(row.labels), row.minimum, row.maximum, row.width)
            if way not in tried:
                tried.add(way)
                self._check(row, config, composer)
        if not any(counts.values()):
            raise ArgumentError(f"{self.file.title}: has no rows; give at least one sequence")
        return tuple(counts.values())

    def tasks(
        self, plan: ShardPlan, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[Task]:
        """Every shard with its rows, as the file is read."""
        waiting: dict[str, list[RowPart]] = {split.name: [] for split in plan.splits}
        place = dict.fromkeys(waiting, 0)
        splits = {split.name: split for split in plan.splits}
        for name, part in self._parts(composer, seed, shares):
            while part.count:
                shard = plan.shard_of(splits[name], place[name])
                free = shard.samples - sum(other.count for other in waiting[name])
                taken = min(free, part.count)
                waiting[name].append(replace(part, count=taken))
                part = replace(part, begin=part.begin + taken, count=part.count - taken)  # noqa: PLW2901
                if taken == free:
                    yield Task(shard, tuple(waiting[name]))
                    waiting[name] = []
                    place[name] += 1

    def _parts(
        self, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[tuple[str, RowPart]]:
        """Runs of a row's samples that go to one split, in the order of the file."""
        rows = self.file.rows(composer.bank.alphabet)
        if len(shares) == 1:
            for row in rows:
                row = replace(row, count=row.count * self.repeat)  # noqa: PLW2901
                yield shares[0][0], RowPart(row, 0, row.count)
            return
        ends = np.cumsum([share for _, share in shares])[:-1]
        ordinal = 0
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            some = [replace(row, count=row.count * self.repeat) for row in some]
            total = sum(row.count for row in some)
            chances = Stream(seed, ordinal, total, "row split").uniform(1)[:, 0]
            chosen = np.searchsorted(ends, chances, side="right")
            ordinal += total
            begin = 0
            for row in some:
                mine = chosen[begin : begin + row.count]
                begin += row.count
                for split, run in groupby(range(row.count), key=mine.__getitem__):
                    numbers = list(run)
                    yield shares[split][0], RowPart(row, numbers[0], len(numbers))

    def _check(self, row: Row, config: Config, composer: Composer) -> None:
        try:
            varied = vary(config, row.minimum, row.maximum, row.width)
            _check_fit(build_composer(varied, composer.bank), len(row.labels))
        except RequestError as error:
            raise type(error)(f"{self.file.title}:{row.line}: {error}") from None


def _check_fit(composer: Composer, length: int) -> None:
    """Raise SpacingError where a line of this length cannot be spaced.

    Only where all glyphs are equally wide: elsewhere it hangs on which are drawn.
    """
    widths = composer.cells.widths
    if composer.height is None and widths.min() == widths.max():
        content = np.array([length * int(widths[0])])
        draw_gaps(composer.gaps, length, content, Stream(0, 0, 1))
