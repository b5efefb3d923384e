"""Job: all that a worker has to know to make any shard of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, islice, repeat
from typing import Any, NamedTuple

from mnistseq.config.model import Config
from mnistseq.core.composer import Composer
from mnistseq.core.drawn import DrawnSequences
from mnistseq.core.samples import SampleBatch
from mnistseq.core.splitting import Disjoint, split_bank
from mnistseq.errors import ArgumentError, RequestError, RowsError, SourceError
from mnistseq.pipeline.build import build_composer, load_bank
from mnistseq.pipeline.plan import Shard
from mnistseq.pipeline.rows import Row

_DRAWN_AT_ONCE = 256

_CHANGED_AT_ONCE = 1024
"""Canvas transforms work on images of one size at a time: of many, more are of one size."""

_PIXELS_AT_ONCE = 1 << 24
"""Of all images of a batch together: what they take is held in memory, and not broken off."""


@dataclass(frozen=True)
class Job:
    """What does not differ between the shards of a data set; small, and can be pickled.

    Attributes
    ----------
    config : Config
    seed : int
    drawn : DrawnSequences or None
        Where sequences come from if not from rows.
    shares : tuple of (str, float)
        The splits, and how much of the glyphs belongs to each.
    disjoint : {'glyph', 'hand'}
        What no two splits have in common.
    fingerprint : str
        Of the source's glyphs: what a worker loads has to be the same.
    writer : object
        The format, with its parameters.
    root : str
        Folder or URL of the data set.
    """

    config: Config
    seed: int
    drawn: DrawnSequences | None
    shares: tuple[tuple[str, float], ...]
    disjoint: Disjoint
    fingerprint: str
    writer: Any
    root: str

    def __hash__(self) -> int:
        """Of some of it, for a config cannot be hashed; whether two are equal, the rest tells."""
        return hash((self.seed, self.fingerprint, self.root))


class RowPart(NamedTuple):
    """Some of a row's samples: so many, from number `begin` on."""

    row: Row
    begin: int
    samples: int

    def names(self) -> Iterator[str | None]:
        """What each sample is called: the row's name, with a number where there are several."""
        name = self.row.name
        if name is None or self.row.samples == 1:
            return repeat(name, self.samples)
        return (f"{name}_{number}" for number in range(self.begin, self.begin + self.samples))


@dataclass(frozen=True)
class Task:
    """One shard to be made.

    Attributes
    ----------
    shard : Shard
    rows : tuple of RowPart, or None
        What to write; None: sequences are drawn.
    known : tuple of (int, str), or None
        Bytes and SHA-256 that the shard has if it was made before.
    """

    shard: Shard
    rows: tuple[RowPart, ...] | None = None
    known: tuple[int, str] | None = None

    def __str__(self) -> str:
        return f"shard {self.shard.name}"

    def part(self, place: int, samples: int) -> Task:
        """So many of its samples, from `place` on, as a task of their own."""
        shard = replace(self.shard, first=self.shard.first + place, samples=samples)
        if self.rows is None:
            return Task(shard)
        rows, begin = [], -place  # where a row's samples begin, seen from the part
        for row, first, count in self.rows:
            low, high = max(begin, 0), min(begin + count, samples)
            if low < high:
                rows.append(RowPart(row, first + low - begin, high - low))
            begin += count
        return Task(shard, tuple(rows))


@dataclass(frozen=True)
class Receipt:
    """A shard that is there.

    Attributes
    ----------
    shard : Shard
    bytes : int
    sha256 : str
        Of its file; of a folder, of the names and hashes of its files.
    tag : str or None
        What the place where it is kept says of the content.
    made : bool
        Whether it was made now; otherwise it was there.
    """

    shard: Shard
    bytes: int
    sha256: str
    tag: str | None = None
    made: bool = True


def draw_shard(job: Job, task: Task) -> Iterator[SampleBatch]:
    """Draw the samples of a shard, a batch at a time."""
    if task.rows is None:
        yield from _draw_random(job, task.shard)
    else:
        yield from _draw_rows(job, task.shard, task.rows)


def _draw_random(job: Job, shard: Shard) -> Iterator[SampleBatch]:
    if job.drawn is None:
        raise ArgumentError("there are neither rows nor a rule to draw sequences by")
    composer = _composers(job).of(shard.split)
    most = _at_once(composer, job.drawn.longest)
    for start in range(shard.first, shard.first + shard.samples, most):
        count = min(most, shard.first + shard.samples - start)
        yield composer.compose(job.drawn.draw(job.seed, start, count), job.seed, start)


def _draw_rows(job: Job, shard: Shard, parts: Sequence[RowPart]) -> Iterator[SampleBatch]:
    composers = _composers(job)
    start = shard.first
    longest = max(len(part.row.labels) for part in parts)
    for (low, high, width, named), alike in groupby(parts, key=_ways):
        composer = composers.of(shard.split, low, high, width)
        samples = ((part.row, name) for part in alike for name in part.names())
        most = _at_once(composer, longest)
        while some := list(islice(samples, most)):
            try:
                batch = composer.compose([row.labels for row, _ in some], job.seed, start)
            except RequestError as error:
                raise _blame(error, composer, [row for row, _ in some], job.seed, start) from error
            start += len(some)
            yield replace(batch, names=tuple(str(name) for _, name in some)) if named else batch


def _at_once(composer: Composer, longest: int) -> int:
    """How many samples to draw at once: many, unless their images are large."""
    most = _CHANGED_AT_ONCE if composer.canvas_transforms else _DRAWN_AT_ONCE
    bank, gaps = composer.bank, composer.gaps
    height = composer.height or bank.height
    glyph = -(-int(composer.cells.widths.max()) * height // bank.height)
    width = gaps.width or longest * (glyph + max(gaps.maximum, 0))
    return max(1, min(most, _PIXELS_AT_ONCE // (width * height)))


def _ways(part: RowPart) -> tuple[int | None, int | None, int | None, bool]:
    """What has to be equal for samples to be drawn in one batch."""
    row = part.row
    return row.minimum, row.maximum, row.width, row.name is not None


def _blame(
    error: RequestError, composer: Composer, rows: list[Row], seed: int, start: int
) -> RequestError:
    """The error with the line of the row that it is about, found by drawing one at a time."""
    for index, row in enumerate(rows, start):
        try:
            composer.compose([row.labels], seed, index)
        except RequestError as own:
            return RowsError(
                f"line {row.line} of the sequences, sample {index}: {own}. Only the glyphs that "
                "were drawn show it: allow for wider ones, or take another seed"
            )
    return error


class Composers:
    """The composers of a job: one for each split and each deviation from the config."""

    def __init__(self, job: Job) -> None:
        self._job = job
        bank = load_bank(job.config)
        if bank.fingerprint != job.fingerprint:
            raise SourceError(
                f"source {bank.name} has other glyphs here (fingerprint {bank.fingerprint[:12]}…) "
                f"than where the data set was planned ({job.fingerprint[:12]}…): put the same files "
                "in both places"
            )
        self._banks = split_bank(bank, job.shares, job.disjoint, job.seed)
        self.of = lru_cache(maxsize=64)(self._of)

    def _of(
        self,
        split: str,
        low: int | None = None,
        high: int | None = None,
        width: int | None = None,
    ) -> Composer:
        config, bank = self._job.config, self._banks[split]
        if (low, high, width) != (None, None, None):
            config = vary(config, low, high, width)
        return build_composer(config, bank)


@lru_cache(maxsize=2)
def _composers(job: Job) -> Composers:
    return Composers(job)


def vary(config: Config, low: int | None, high: int | None, width: int | None) -> Config:
    """The config with a row's own range or width.

    The row's numbers were checked when it was read; checking the whole config
    again would take milliseconds, for every range and width that rows have.
    """
    values = config.to_dict()
    own = {"min": low, "max": high}
    values["spacing"] |= {key: value for key, value in own.items() if value is not None}
    values["image"] |= {} if width is None else {"width": width}
    return Config.of_checked(values | {"preset": None})
