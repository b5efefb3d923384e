"""SequenceSource: samples as a data source for Grain.

Source: https://google-grain.readthedocs.io, ``grain.sources.RandomAccessDataSource``, which is a
protocol, so Grain need not be imported here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, SupportsIndex, Unpack

from numpy.typing import NDArray

from mnistseq.config.config import ConfigLike
from mnistseq.integrations.arrays import sample_arrays
from mnistseq.integrations.samples import IndexedSamples, sample_indices
from mnistseq.integrations.texts import SampleOptions


class SequenceSource:
    """Drawn samples, each a dictionary of NumPy arrays.

    Arrays are ``image`` (uint8, height x width x channels), ``labels`` (codes, one for each glyph),
    ``boxes`` and ``ink_boxes`` (x0, y0, x1, y1 of each glyph); and ``mask`` and ``quads`` as in
    `ArrayBatch`, if masks are requested.

    Parameters
    ----------
    config : Config, mapping, str or path
    count : int
    seed : int
    **options
        See `SampleOptions`.
    """

    def __init__(
        self, config: ConfigLike, count: int, seed: int = 0, **options: Unpack[SampleOptions]
    ) -> None:
        self._samples = IndexedSamples.of(config, seed, options)
        self._count = count

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The label of each code."""
        return self._samples.composer.bank.alphabet

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: SupportsIndex) -> dict[str, NDArray[Any]]:
        return self._getitems([index])[0]

    def _getitems(self, indices: Sequence[SupportsIndex]) -> list[dict[str, NDArray[Any]]]:
        """Draw samples in one call; the name is Grain's."""
        batch = self._samples.draw(sample_indices(indices, self._count))
        return [sample_arrays(batch, number) for number in range(len(batch))]

    def __repr__(self) -> str:
        """``SequenceSource(1000 samples of seed 7: <Composer: …>)``; a checkpoint compares it."""
        composer = self._samples.composer
        return f"SequenceSource({self._count} samples of seed {self._samples.seed}: {composer!r})"
