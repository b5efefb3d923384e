"""SplitAssignment: assign samples of a file to splits, at random or by the hash of their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.randomness import Stream
from mnistseq.core.text_splits import text_splits
from mnistseq.pipeline.rows.row import Row, RowPart
from mnistseq.pipeline.rows.split_shares import Shares

SplitPart: TypeAlias = tuple[str, RowPart]
"""A split, and some of a row's samples that go to it."""

_BLOCK = 4096
"""Number of samples whose splits are drawn in one call."""


class SplitAssignment:
    """Chooses the split of every sample by the seed and the sample's number or text.

    Parameters
    ----------
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits share. With "text", the text determines the split.
    """

    def __init__(self, seed: int, shares: Shares, disjoint: Disjoint = "glyph") -> None:
        self._texts = text_splits(seed, shares, disjoint)
        self._splits = [name for name, _ in shares]
        self._ends = np.cumsum([share for _, share in shares])[:-1]
        self._stream = Stream(seed, 0, 0, "row split")
        self._block = lru_cache(maxsize=2)(self._draw_block)

    def parts(self, row: Row, number: int) -> Iterator[SplitPart]:
        """Yield runs of a row's samples that go to the same split.

        Parameters
        ----------
        number : int
            Number of the row's first sample among the samples of all rows.
        """
        if len(self._splits) == 1:
            yield self._splits[0], RowPart(row, 0, row.samples)
        elif self._texts is not None:
            yield self._texts.split_of(row.labels), RowPart(row, 0, row.samples)
        elif row.samples == 1:  # the usual case, at a tenth of the cost
            block, offset = divmod(number, _BLOCK)
            yield self._splits[int(self._block(block)[offset])], RowPart(row, 0, 1)
        else:
            done = 0
            for chosen in self._chosen(number, row.samples):
                ends = [*(np.flatnonzero(np.diff(chosen)) + 1).tolist(), len(chosen)]
                for begin, end in pairwise([0, *ends]):
                    yield self._splits[chosen[begin]], RowPart(row, done + begin, end - begin)
                done += len(chosen)

    def _chosen(self, number: int, count: int) -> Iterator[Ints]:
        """Yield the index of each sample's split, in blocks."""
        end = number + count
        while number < end:
            block, offset = divmod(number, _BLOCK)
            chosen = self._block(block)[offset : offset + end - number]
            yield chosen
            number += len(chosen)

    def _draw_block(self, block: int) -> Ints:
        stream = replace(self._stream, start=block * _BLOCK, count=_BLOCK)
        return np.searchsorted(self._ends, stream.uniform(1)[:, 0], side="right")
