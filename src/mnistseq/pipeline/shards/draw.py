"""Drawing the samples of a shard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import split_bank
from mnistseq.core.composer import Composer
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import ArgumentError, RequestError, RowsError, SourceError
from mnistseq.pipeline.composers import build_composer, load_bank
from mnistseq.pipeline.rows.row import Row, RowPart
from mnistseq.pipeline.shards.layout import Shard
from mnistseq.pipeline.shards.spec import ShardSpec, Task

_DRAWN_AT_ONCE = 256

_TRANSFORMED_AT_ONCE = 1024
"""Canvas transforms work on images of one size at a time: among more images, more have one size."""

_PIXELS_AT_ONCE = 1 << 24
"""Of all images of a batch together, which are held in memory."""


def draw_shard(spec: ShardSpec, task: Task) -> Iterator[SampleBatch]:
    """Draw the samples of a shard, a batch at a time."""
    if task.rows is None:
        yield from _draw_random(spec, task.shard)
    else:
        yield from _draw_rows(spec, task.shard, task.rows)


def _draw_random(spec: ShardSpec, shard: Shard) -> Iterator[SampleBatch]:
    if spec.drawn is None:
        raise ArgumentError("there are neither rows nor a rule for random sequences")
    composer = _composers(spec).of(shard.split)
    most = _at_once(composer, spec.drawn.longest)
    for start in range(shard.first, shard.first + shard.samples, most):
        count = min(most, shard.first + shard.samples - start)
        yield composer.compose(spec.drawn.draw(spec.seed, start, count), spec.seed, start)


def _draw_rows(spec: ShardSpec, shard: Shard, parts: Sequence[RowPart]) -> Iterator[SampleBatch]:
    composers = _composers(spec)
    start = shard.first
    longest = max(len(part.row.labels) for part in parts)
    for (low, high, width, named), run in groupby(parts, key=_drawn_alike):
        composer = composers.of(shard.split, low, high, width)
        samples = ((part.row, name) for part in run for name in part.names())
        most = _at_once(composer, longest)
        while batch_samples := list(islice(samples, most)):
            try:
                batch = composer.compose([row.labels for row, _ in batch_samples], spec.seed, start)
            except RequestError as error:
                raise _with_line(
                    error, composer, [row for row, _ in batch_samples], spec.seed, start
                ) from error
            start += len(batch_samples)
            yield (
                replace(batch, names=tuple(str(name) for _, name in batch_samples))
                if named
                else batch
            )


def _at_once(composer: Composer, longest: int) -> int:
    """Return how many samples to draw at once: many, unless their images are large."""
    most = _TRANSFORMED_AT_ONCE if composer.canvas_transforms else _DRAWN_AT_ONCE
    bank, gaps = composer.bank, composer.gaps
    height = composer.height or bank.height
    glyph = -(-int(composer.cells.widths.max()) * height // bank.height)
    width = gaps.width or longest * (glyph + max(gaps.maximum, 0))
    return max(1, min(most, _PIXELS_AT_ONCE // (width * height)))


def _drawn_alike(part: RowPart) -> tuple[int | None, int | None, int | None, bool]:
    """Return what must be equal for samples to be drawn in one batch."""
    row = part.row
    return row.minimum, row.maximum, row.width, row.name is not None


def _with_line(
    error: RequestError, composer: Composer, rows: list[Row], seed: int, start: int
) -> RequestError:
    """Return the error with the line of the row that causes it, found by drawing one at a time."""
    for index, row in enumerate(rows, start):
        try:
            composer.compose([row.labels], seed, index)
        except RequestError as own:
            return RowsError(
                f"line {row.line} of the sequences, sample {index}: {own}. This depends on the "
                "glyphs that are drawn: make room for wider ones, or choose another seed"
            )
    return error


class Composers:
    """The composers of a data set: one for each split and each range or width of a row's own."""

    def __init__(self, spec: ShardSpec) -> None:
        self._spec = spec
        bank = load_bank(spec.config)
        if bank.fingerprint != spec.fingerprint:
            raise SourceError(
                f"source {bank.name} has other glyphs here (fingerprint {bank.fingerprint[:12]}…) "
                f"than where the data set was planned ({spec.fingerprint[:12]}…): provide the same "
                "files in both places"
            )
        self._banks = split_bank(bank, spec.shares, spec.disjoint, spec.seed)
        self.of = lru_cache(maxsize=64)(self._of)

    def _of(
        self,
        split: str,
        low: int | None = None,
        high: int | None = None,
        width: int | None = None,
    ) -> Composer:
        config, bank = self._spec.config, self._banks[split]
        if (low, high, width) != (None, None, None):
            config = vary(config, low, high, width)
        return build_composer(config, bank)


@lru_cache(maxsize=2)
def _composers(spec: ShardSpec) -> Composers:
    return Composers(spec)


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
