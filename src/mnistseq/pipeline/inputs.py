"""What is written on the images: rows of a file, or sequences drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from mnistseq.config.model import Config
from mnistseq.core.arrays import Ints
from mnistseq.core.composer import Composer
from mnistseq.core.drawn import DrawnSequences
from mnistseq.core.layout import draw_gaps
from mnistseq.core.randomness import Stream
from mnistseq.errors import RequestError, RowsError
from mnistseq.pipeline.build import build_composer
from mnistseq.pipeline.job import RowPart, Task, vary
from mnistseq.pipeline.plan import ShardPlan, shares_to_counts
from mnistseq.pipeline.rows import BadRow, RowFile
from mnistseq.pipeline.store import measure

_SAMPLES_AT_ONCE = 4096
_LISTED = 20


class Input(Protocol):
    """What is written."""

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it; two inputs that say the same are the same."""
        ...

    def count(self, config: Config, composer: Composer, seed: int, shares: Shares) -> Count:
        """How many samples go to each split; checks all that can be checked before drawing."""
        ...

    def tasks(
        self, plan: ShardPlan, config: Config, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[Task]:
        """Every shard with what is to be written in it."""
        ...


Shares = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Count:
    """What an input comes to.

    Attributes
    ----------
    samples : tuple of int
        Of each split.
    bad : int
        Rows that were left out.
    listed : tuple of BadRow
        The first of them.
    """

    samples: tuple[int, ...]
    bad: int = 0
    listed: tuple[BadRow, ...] = ()


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

    def count(self, config: Config, composer: Composer, seed: int, shares: Shares) -> Count:
        """Cut the samples in parts of the shares; every length has to fit."""
        for length in range(self.drawn.shortest, self.drawn.longest + 1):
            _check_fit(composer, length)
        return Count(shares_to_counts(tuple(share for _, share in shares), self.samples))

    def tasks(
        self, plan: ShardPlan, config: Config, composer: Composer, seed: int, shares: Shares
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
    skip_bad : bool
        Leave out rows that cannot be drawn; otherwise they are an error.
    """

    file: RowFile
    repeat: int = 1
    skip_bad: bool = False

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it: the content's hash, not the place it came from."""
        size, digest = measure(self.file.path)
        return {
            "kind": "rows",
            "format": self.file.form,
            "bytes": size,
            "sha256": digest,
            "repeat": self.repeat,
            "skip_bad": self.skip_bad,
        }

    def count(self, config: Config, composer: Composer, seed: int, shares: Shares) -> Count:
        """Read all rows once; an error has the lines of the first that cannot be drawn."""
        bad: list[BadRow] = []
        number_bad = 0
        counts = dict.fromkeys((name for name, _ in shares), 0)
        for item in self._items(config, composer, seed, shares):
            if isinstance(item, BadRow):
                number_bad += 1
                bad += [item] if len(bad) < _LISTED else []
            else:
                split, part = item
                counts[split] += part.count
        if number_bad and not self.skip_bad:
            raise RowsError(self._complaint(bad, number_bad))
        if not any(counts.values()):
            reason = f", all {number_bad} are bad" if number_bad else ""
            raise RowsError(
                f"{self.file.title}: has no rows to draw{reason}; give at least one sequence"
            )
        return Count(tuple(counts.values()), number_bad, tuple(bad))

    def tasks(
        self, plan: ShardPlan, config: Config, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[Task]:
        """Every shard with its rows, as the file is read."""
        waiting: dict[str, list[RowPart]] = {split.name: [] for split in plan.splits}
        place = dict.fromkeys(waiting, 0)
        splits = {split.name: split for split in plan.splits}
        for item in self._items(config, composer, seed, shares):
            if isinstance(item, BadRow):
                continue
            name, part = item
            while part.count:
                shard = plan.shard_of(splits[name], place[name])
                free = shard.samples - sum(other.count for other in waiting[name])
                taken = min(free, part.count)
                waiting[name].append(replace(part, count=taken))
                part = replace(part, begin=part.begin + taken, count=part.count - taken)
                if taken == free:
                    yield Task(shard, tuple(waiting[name]))
                    waiting[name] = []
                    place[name] += 1

    def _items(
        self, config: Config, composer: Composer, seed: int, shares: Shares
    ) -> Iterator[tuple[str, RowPart] | BadRow]:
        """Bad rows, and runs of a good row's samples that go to one split, in the file's order."""
        lot = _Lot(seed, shares)
        ordinal = 0
        check = lru_cache(maxsize=4096)(partial(_problem, config, composer))
        for row in self.file.rows(composer.bank.alphabet):
            if isinstance(row, BadRow):
                yield row
                continue
            problem = check(len(row.labels), row.minimum, row.maximum, row.width)
            if problem is not None:
                yield BadRow(row.line, problem)
                continue
            many = replace(row, count=row.count * self.repeat)
            for split, first, count in lot.runs(ordinal, many.count):
                yield shares[split][0], RowPart(many, first, count)
            ordinal += many.count

    def _complaint(self, bad: list[BadRow], number: int) -> str:
        lines = "\n".join(f"{self.file.title}:{row.line}: {row.problem}" for row in bad)
        more = f"\nand {number - len(bad)} more" if number > len(bad) else ""
        rows = "1 row" if number == 1 else f"{number} rows"
        return f"{rows} cannot be drawn; --skip-bad leaves such rows out\n{lines}{more}"


class _Lot:
    """Which split each sample of a file goes to: drawn by lot, a block of samples at a time."""

    def __init__(self, seed: int, shares: Shares) -> None:
        self._ends = np.cumsum([share for _, share in shares])[:-1]
        self._stream = Stream(seed, 0, 0, "row split")
        self._block = lru_cache(maxsize=2)(self._draw)

    def runs(self, ordinal: int, count: int) -> Iterator[tuple[int, int, int]]:
        """Runs of samples that go to one split: which, begin (from `ordinal` on), length."""
        if not len(self._ends):
            yield 0, 0, count
            return
        done = 0
        while done < count:
            block, place = divmod(ordinal + done, _SAMPLES_AT_ONCE)
            chosen = self._block(block)[place : place + count - done]
            starts = np.concatenate([[0], np.flatnonzero(np.diff(chosen)) + 1, [len(chosen)]])
            for start, end in pairwise(starts.tolist()):
                yield int(chosen[start]), done + start, end - start
            done += len(chosen)

    def _draw(self, block: int) -> Ints:
        first = block * _SAMPLES_AT_ONCE
        stream = replace(self._stream, start=first, count=_SAMPLES_AT_ONCE)
        return np.searchsorted(self._ends, stream.uniform(1)[:, 0], side="right")


def _problem(
    config: Config,
    composer: Composer,
    length: int,
    low: int | None,
    high: int | None,
    width: int | None,
) -> str | None:
    """Why a row of these cannot be drawn, as far as that can be told beforehand."""
    try:
        if (low, high, width) != (None, None, None):
            composer = build_composer(vary(config, low, high, width), composer.bank)
        _check_fit(composer, length)
    except RequestError as error:
        return str(error)
    return None


def _check_fit(composer: Composer, length: int) -> None:
    """Raise SpacingError where a line of this length cannot be spaced.

    Only where all glyphs are equally wide: elsewhere it hangs on which are drawn.
    """
    widths = composer.cells.widths
    if composer.height is None and widths.min() == widths.max():
        content = np.array([length * int(widths[0])])
        draw_gaps(composer.gaps, length, content, Stream(0, 0, 1))
