"""What is written on the images: rows of a file, or sequences drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import numpy as np

from mnistseq.config.config import Config
from mnistseq.core.composer import Composer
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.core.randomness import MAX_INDEX
from mnistseq.errors import ArgumentError, LabelError, RowsError
from mnistseq.pipeline.dataset.fitting import Fitting, check_length
from mnistseq.pipeline.rows.names import Taken
from mnistseq.pipeline.rows.parse import BadRow, RowFile, RowPart
from mnistseq.pipeline.rows.split_assignment import Lot, Samples
from mnistseq.pipeline.shards.layout import ShardLayout, Split, shares_to_counts
from mnistseq.pipeline.shards.spec import Task
from mnistseq.pipeline.store.durability import measure

_SHOWN = 20
_LISTED = 10_000
"""Bad rows that are noted one by one; beyond, their number."""
_NO_NAME = "has no name, but rows before it have: a number in its place might be another's name"

Shares: TypeAlias = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Terms:
    """What an input's sequences are drawn by.

    Attributes
    ----------
    config : Config
    composer : Composer
        Of that config, with all the glyphs of the source.
    seed : int
    shares : tuple of (str, float)
        Splits and their shares.
    shard_samples : int
    one_size : bool
        Whether the format wants images of one size.
    """

    config: Config
    composer: Composer
    seed: int
    shares: Shares
    shard_samples: int
    one_size: bool = False


class Input(Protocol):
    """What is written."""

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it; two inputs that say the same are the same."""
        ...

    def count(self, terms: Terms) -> Count:
        """How many samples go to each split; checks all that can be checked before drawing."""
        ...

    def tasks(self, plan: ShardLayout, terms: Terms) -> Iterator[Task]:
        """Every shard with what is to be written in it."""
        ...


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
    drawn : RandomSequences
    samples : int
    """

    drawn: RandomSequences
    samples: int

    def describe(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {"kind": "drawn", "samples": self.samples, **asdict(self.drawn)}

    def count(self, terms: Terms) -> Count:
        """Cut the samples in parts of the shares; every length has to fit."""
        bank = terms.composer.bank
        if len(bank.alphabet) != self.drawn.labels:
            raise ArgumentError(
                f"sequences are drawn of {self.drawn.labels} labels, but source {bank.name} has "
                f"{len(bank.alphabet)}"
            )
        bare = np.flatnonzero(bank.by_label.number == 0)
        if len(bare):
            raise LabelError(
                f"source {bank.name} has the label {bank.alphabet[bare[0]]!r} but no glyph of it, "
                "so sequences cannot be drawn of all its labels"
            )
        for length in range(self.drawn.shortest, self.drawn.longest + 1):
            check_length(terms.composer, length)
        if self.samples > MAX_INDEX:
            raise ArgumentError(f"{self.samples} images are too many: ask for {MAX_INDEX} at most")
        counts = shares_to_counts(tuple(share for _, share in terms.shares), self.samples)
        for (name, share), count in zip(terms.shares, counts, strict=True):
            if not count:
                raise ArgumentError(
                    f"split {name} would get none of {self.samples} images for its share of "
                    f"{share:g}: ask for more images, or for a larger share"
                )
        return Count(counts)

    def tasks(self, plan: ShardLayout, terms: Terms) -> Iterator[Task]:
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

    def count(self, terms: Terms) -> Count:
        """Read all rows once; an error has the lines of the first that cannot be drawn."""
        bad: list[BadRow] = []
        number_bad = 0
        counts = dict.fromkeys((name for name, _ in terms.shares), 0)
        for item in self._items(terms):
            if isinstance(item, BadRow):
                number_bad += 1
                bad += [item] if len(bad) < _LISTED else []
            else:
                for split, samples in item.counts():
                    counts[split] += samples
        if number_bad and not self.skip_bad:
            raise RowsError(self._complaint(bad, number_bad))
        if not any(counts.values()):
            if number_bad:
                raise RowsError(f"nothing is left to draw: {self._complaint(bad, number_bad)}")
            raise RowsError(f"{self.file.title}: has no rows to draw; give at least one sequence")
        for (name, share), samples in zip(terms.shares, counts.values(), strict=True):
            if not samples:
                raise RowsError(
                    f"split {name} got none of {sum(counts.values())} images, which are shared out "
                    f"by lot, for its share of {share:g}: give more rows, --repeat them, or take a "
                    "larger share or another seed"
                )
        return Count(tuple(counts.values()), number_bad, tuple(bad))

    def tasks(self, plan: ShardLayout, terms: Terms) -> Iterator[Task]:
        """Every shard with its rows, as the file is read."""
        filling = {split.name: _Filling(plan, split) for split in plan.splits}
        for item in self._items(terms):
            if not isinstance(item, BadRow):
                for name, part in item:
                    yield from filling[name].add(part)

    def _items(self, terms: Terms) -> Iterator[Samples | BadRow]:
        """Bad rows, and the samples of the good ones, in order."""
        lot = Lot(terms.seed, terms.shares)
        names = _Names(terms.shard_samples)
        fitting = Fitting(terms.config, terms.composer)
        problem_of = lru_cache(maxsize=4096)(fitting.problem)
        ordinal = 0
        for row in self.file.rows(terms.composer.bank.alphabet):
            if isinstance(row, BadRow):
                yield row
                continue
            labels = frozenset(row.labels) if fitting.needs_labels(row.minimum) else None
            problem = problem_of(len(row.labels), row.minimum, row.maximum, row.width, labels)
            width = terms.config.image.width
            if terms.one_size and row.width not in {None, width}:
                problem = f"has width {row.width}, but the format wants {width} of all images"
            if problem is None:
                many = row if self.repeat == 1 else row._replace(samples=row.samples * self.repeat)
                samples = Samples(many, ordinal, lot)
                problem = names.claim(samples)
            if problem is not None:
                yield BadRow(row.line, problem)
            else:
                yield samples
                ordinal += many.samples

    def _complaint(self, bad: list[BadRow], number: int) -> str:
        shown = bad[:_SHOWN]
        lines = "\n".join(f"{self.file.title}:{row.line}: {row.problem}" for row in shown)
        more = f"\nand {number - len(shown)} more" if number > len(shown) else ""
        rows = "1 row" if number == 1 else f"{number} rows"
        advice = "" if self.skip_bad else "; --skip-bad leaves such rows out"
        return f"{rows} cannot be drawn{advice}\n{lines}{more}"


@dataclass
class _Filling:
    """The shard of a split that is being filled with rows."""

    plan: ShardLayout
    split: Split
    place: int = 0
    samples: int = 0
    parts: list[RowPart] = field(default_factory=list)

    def add(self, part: RowPart) -> Iterator[Task]:
        """Put samples in; every shard that is full comes out."""
        while part.samples:
            shard = self.plan.shard_of(self.split, self.place)
            taken = min(shard.samples - self.samples, part.samples)
            self.parts.append(part._replace(samples=taken))
            self.samples += taken
            part = part._replace(begin=part.begin + taken, samples=part.samples - taken)
            if self.samples == shard.samples:
                yield Task(shard, tuple(self.parts))
                self.place, self.samples, self.parts = self.place + 1, 0, []


class _Names:
    """Whether samples may be called what their rows call them."""

    def __init__(self, shard_samples: int) -> None:
        self._taken = Taken(shard_samples)
        self._named: bool | None = None

    def claim(self, samples: Samples) -> str | None:
        """Take the names of a row's samples, or say why that cannot be."""
        row = samples.row
        if self._named is not None and self._named != (row.name is not None):
            return "has a name, but rows before it have none" if row.name else _NO_NAME
        self._named = row.name is not None
        if row.name is None:
            return None
        before = dict.fromkeys(samples.lot.splits, 0)
        for split, part in samples:
            name = self._taken.first_of(split, map(str, part.names()), before[split])
            before[split] += part.samples
            if name is not None:
                return f"name {name!r} stands twice in a shard (upper and lower case are alike)"
        for split, part in samples:
            self._taken.add(split, map(str, part.names()))
        return None
