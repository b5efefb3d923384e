"""Samples as data sets for Hugging Face's datasets.

Rows and features are those of the format ``parquet``, so data sets drawn in memory equal those
loaded from files.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, starmap
from typing import Any, Unpack

import datasets

from mnistseq.config.config import ConfigLike
from mnistseq.errors import ArgumentError
from mnistseq.formats.parquet import Parquet
from mnistseq.integrations.partition import process_rank
from mnistseq.integrations.samples import IndexedSamples
from mnistseq.integrations.texts import SampleOptions

_AT_ONCE = 256
"""Number of samples drawn in one call."""

_SHARDS = 64
"""Minimum number of shards, so that they can be divided among workers."""


def to_dataset(
    config: ConfigLike, count: int, seed: int = 0, **options: Unpack[SampleOptions]
) -> datasets.Dataset:
    """Draw samples into a data set in memory.

    Parameters
    ----------
    config : Config, mapping, str or path
    count : int
        Number of samples. Images are stored as PNGs.
    seed : int
    **options
        See `SampleOptions`.
    """
    samples = IndexedSamples.of(config, seed, options)
    tables = map(datasets.table.InMemoryTable, _tables(samples, [range(count)]))
    return datasets.Dataset(datasets.table.concat_tables(list(tables)))


def to_iterable_dataset(
    config: ConfigLike,
    count: int,
    seed: int = 0,
    *,
    num_shards: int | None = None,
    **options: Unpack[SampleOptions],
) -> datasets.IterableDataset:
    """Return a data set whose samples are drawn while it is iterated.

    Parameters
    ----------
    config : Config, mapping, str or path
    count, seed : int
    num_shards : int, optional
        Number of parts for ranks and workers. By default at least 64, and a multiple of the number
        of ranks, so that `datasets.distributed.split_dataset_by_node` gives each rank whole shards.
    **options
        See `SampleOptions`.

    Raises
    ------
    ArgumentError
        If `num_shards` is not a multiple of the number of ranks.
    """
    _, world_size = process_rank()
    if num_shards is None:
        num_shards = -(-_SHARDS // world_size) * world_size
    if num_shards < 1 or num_shards % world_size:
        raise ArgumentError(
            f"num_shards {num_shards} is not a multiple of the {world_size} ranks, so each rank would "
            f"draw all samples: take {-(-max(num_shards, 1) // world_size) * world_size}"
        )
    samples = IndexedSamples.of(config, seed, options)
    ends = [count * number // num_shards for number in range(num_shards + 1)]
    schema = Parquet().table(samples.draw([0])).schema
    return datasets.IterableDataset.from_generator(
        _rows,
        features=datasets.Features.from_arrow_schema(schema),
        gen_kwargs={"samples": samples, "shards": list(starmap(range, pairwise(ends)))},
    )


def _rows(samples: IndexedSamples, shards: list[range]) -> Iterator[dict[str, Any]]:
    for table in _tables(samples, shards):
        yield from table.to_pylist()


def _tables(samples: IndexedSamples, shards: list[range]) -> Iterator[Any]:
    """Yield Arrow tables with the samples of ranges of indices."""
    for shard in shards:
        for start in range(shard.start, shard.stop, _AT_ONCE):
            chosen = range(start, min(start + _AT_ONCE, shard.stop))
            yield Parquet().table(samples.draw(chosen))
