"""Which split each sample of a file of rows goes to: drawn by lot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.randomness import Stream
from mnistseq.pipeline.rows.parse import Row, RowPart

_SAMPLES_AT_ONCE = 4096


class Lot:
    """Draws the split of every sample, a block of samples at a time.

    Parameters
    ----------
    seed : int
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    """

    def __init__(self, seed: int, shares: tuple[tuple[str, float], ...]) -> None:
        self.splits = [name for name, _ in shares]
        self._alone = len(shares) == 1
        self._ends = np.cumsum([share for _, share in shares])[:-1]
        self._stream = Stream(seed, 0, 0, "row split")
        self._block = lru_cache(maxsize=2)(self._draw)

    def runs(self, ordinal: int, count: int) -> Iterator[tuple[str, int, int]]:
        """Runs of samples that go to one split: which, begin (from `ordinal` on), length."""
        if count == 1 or self._alone:
            yield self._of_one(ordinal), 0, count
            return
        done = 0
        for chosen in self._chosen(ordinal, count):
            starts = np.concatenate([[0], np.flatnonzero(np.diff(chosen)) + 1, [len(chosen)]])
            for start, end in pairwise(starts.tolist()):
                yield self.splits[chosen[start]], done + start, end - start
            done += len(chosen)

    def counts(self, ordinal: int, count: int) -> Iterator[tuple[str, int]]:
        """How many go to each split, in numbers that are to be added up."""
        if count == 1 or self._alone:
            yield self._of_one(ordinal), count
            return
        for chosen in self._chosen(ordinal, count):
            numbers = np.bincount(chosen, minlength=len(self.splits)).tolist()
            yield from zip(self.splits, numbers, strict=True)

    def _of_one(self, ordinal: int) -> str:
        """Where one sample goes: the usual case, at a tenth of the cost."""
        if self._alone:
            return self.splits[0]
        block, place = divmod(ordinal, _SAMPLES_AT_ONCE)
        return self.splits[int(self._block(block)[place])]

    def _chosen(self, ordinal: int, count: int) -> Iterator[Ints]:
        """The number of each sample's split, some thousand at a time."""
        end = ordinal + count
        while ordinal < end:
            block, place = divmod(ordinal, _SAMPLES_AT_ONCE)
            chosen = self._block(block)[place : place + end - ordinal]
            yield chosen
            ordinal += len(chosen)

    def _draw(self, block: int) -> Ints:
        first = block * _SAMPLES_AT_ONCE
        stream = replace(self._stream, start=first, count=_SAMPLES_AT_ONCE)
        return np.searchsorted(self._ends, stream.uniform(1)[:, 0], side="right")


@dataclass(frozen=True)
class Samples:
    """The samples of a row, in runs that go to one split.

    Whoever goes through them finds them anew: there may be millions.

    Attributes
    ----------
    row : Row
    ordinal : int
        Of the first of them, among those of all rows.
    lot : Lot
    """

    row: Row
    ordinal: int
    lot: Lot

    def __iter__(self) -> Iterator[tuple[str, RowPart]]:
        for split, first, count in self.lot.runs(self.ordinal, self.row.samples):
            yield split, RowPart(self.row, first, count)

    def counts(self) -> Iterator[tuple[str, int]]:
        """How many go to each split, in numbers that are to be added up."""
        return self.lot.counts(self.ordinal, self.row.samples)
