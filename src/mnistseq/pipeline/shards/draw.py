"""Draw the samples of a shard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice

from mnistseq.core.bank_splits import split_bank
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.samples import SampleBatch
from mnistseq.core.text_splits import text_splits
from mnistseq.errors import ArgumentError, RequestError, RowsError, SourceError
from mnistseq.pipeline.composers import build_composer
from mnistseq.pipeline.glyph_loading import glyph_requirements, load_bank
from mnistseq.pipeline.rows.row import Row, RowPart
from mnistseq.pipeline.shards.layout import Shard
from mnistseq.pipeline.shards.spec import ShardSpec, Task

_DRAWN_AT_ONCE = 256

_TRANSFORMED_AT_ONCE = 1024
"""Samples in a batch with canvas transforms, which have a fixed cost for each batch."""

_PIXELS_AT_ONCE = 1 << 24
"""Maximum number of pixels of all images in a batch, because they are held in memory."""


def draw_shard(spec: ShardSpec, task: Task) -> Iterator[SampleBatch]:
    """Draw the samples of a shard, a batch at a time."""
    if task.rows is None:
        yield from _draw_random(spec, task.shard)
    else:
        yield from _draw_rows(spec, task.shard, task.rows)


def _draw_random(spec: ShardSpec, shard: Shard) -> Iterator[SampleBatch]:
    if spec.drawn is None:
        raise ArgumentError("there are neither rows nor a law of random sequences")
    composer = _composer(spec, shard.split)
    splits = text_splits(spec.seed, spec.shares, spec.disjoint)
    most = _at_once(composer, composer.gaps, spec.drawn.lengths[-1])
    for start in range(shard.first, shard.first + shard.samples, most):
        count = min(most, shard.first + shard.samples - start)
        if splits is None:
            sequences = spec.drawn.draw(spec.seed, start, count)
        else:
            alphabet = composer.bank.alphabet
            sequences = splits.draw(spec.drawn, alphabet, shard.split, start, count)
        batch = composer.compose(sequences, spec.seed, start, masks=spec.format.needs_masks)
        yield replace(batch, names=_names(spec, shard, batch))


def _draw_rows(spec: ShardSpec, shard: Shard, parts: Sequence[RowPart]) -> Iterator[SampleBatch]:
    composer = _composer(spec, shard.split)
    start = shard.first
    longest = max(len(part.row.labels) for part in parts)
    for (low, high, width, named), run in groupby(parts, key=_drawn_alike):
        gaps = composer.gaps.override(low, high, width)
        samples = ((part.row, name) for part in run for name in part.names())
        most = _at_once(composer, gaps, longest)
        while batch_samples := list(islice(samples, most)):
            try:
                batch = composer.compose(
                    [row.labels for row, _ in batch_samples],
                    spec.seed,
                    start,
                    gaps,
                    masks=spec.format.needs_masks,
                )
            except RequestError as error:
                rows = [row for row, _ in batch_samples]
                raise _with_line(error, composer, gaps, rows, spec.seed, start) from error
            start += len(batch_samples)
            names = tuple(str(name) for _, name in batch_samples) if named else None
            values = zip(*(row.kept for row, _ in batch_samples), strict=True)
            columns = dict(zip(spec.keep, values, strict=True))
            batch = replace(batch, names=names, columns=columns)
            yield replace(batch, names=_names(spec, shard, batch))


def _names(spec: ShardSpec, shard: Shard, batch: SampleBatch) -> tuple[str, ...] | None:
    """Return the names of samples, by the template if there is one."""
    template = spec.name_template
    if template is None:
        return batch.names
    names: Sequence[str | None] = batch.names or [None] * len(batch)
    return tuple(
        template.format(
            text,
            batch.start + number,
            shard.split,
            name,
            {column: values[number] for column, values in batch.columns.items()},
        )
        for number, (text, name) in enumerate(zip(batch.texts, names, strict=True))
    )


def _at_once(composer: Composer, gaps: GapRule, longest: int) -> int:
    """Return how many samples to draw at once: fewer if their images are large."""
    most = _TRANSFORMED_AT_ONCE if composer.canvas_transforms else _DRAWN_AT_ONCE
    widest = longest * (composer.cell_widths.widest + max(gaps.maximum, 0))
    width = gaps.line_width or max(widest, gaps.stretch_to or 0)
    return max(1, min(most, _PIXELS_AT_ONCE // (width * composer.image_height)))


def _drawn_alike(part: RowPart) -> tuple[int | None, int | None, int | None, bool]:
    """Return the values that must be equal for samples to be drawn in one batch."""
    row = part.row
    return row.minimum, row.maximum, row.width, row.name is not None


def _with_line(
    error: RequestError,
    composer: Composer,
    gaps: GapRule,
    rows: list[Row],
    seed: int,
    start: int,
) -> RequestError:
    """Add the line of the row that causes an error, found by drawing rows one by one."""
    for index, row in enumerate(rows, start):
        try:
            composer.compose([row.labels], seed, index, gaps)
        except RequestError as own:
            return RowsError(
                f"line {row.line} of the sequences, sample {index}: {own}. This depends on the "
                "glyphs that are drawn: make room for wider ones, or choose another seed"
            )
    return error


@lru_cache(maxsize=16)
def _composer(spec: ShardSpec, split: str) -> Composer:
    return build_composer(spec.config, _banks(spec)[split])


@lru_cache(maxsize=2)
def _banks(spec: ShardSpec) -> Mapping[str, GlyphBank]:
    """Return the glyphs of each split."""
    bank = load_bank(spec.config, checked=True)
    if bank.fingerprint != spec.fingerprint:
        raise SourceError(
            f"source {bank.name} has other glyphs here (fingerprint {bank.fingerprint[:12]}…) "
            f"than where the data set was planned ({spec.fingerprint[:12]}…): provide "
            f"{glyph_requirements(spec.config)} in both places"
        )
    return split_bank(bank, spec.shares, spec.disjoint, spec.seed)
