"""Indexes of a bank's glyphs by label and by writer, for choosing glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels

UNKNOWN_WRITER = -1
"""Writer id of glyphs whose writer is unknown."""


@dataclass(frozen=True, eq=False, repr=False)
class Mixture:
    """Weights of the sources of a bank: how often glyphs are drawn from each.

    Attributes
    ----------
    first : ndarray of int64, shape (S,)
        Id of the first glyph of each source; the glyphs of a source are consecutive.
    weights : ndarray of float64, shape (S,)
        Above 0.
    """

    first: Ints
    weights: Floats

    def source_of(self, ids: Ints) -> Ints:
        """Return the index of each glyph's source."""
        return np.searchsorted(self.first, ids, side="right") - 1

    def steps(self, chances: Floats, numbers: Ints) -> Ints:
        """Choose a source by weight, then one of its candidates uniformly.

        Parameters
        ----------
        chances : ndarray of float64, shape (N,)
            From 0, below 1.
        numbers : ndarray of int64, shape (N, S)
            Number of candidates from each source; those of the first source come first.

        Returns
        -------
        ndarray of int64, shape (N,)
            Index of the chosen candidate among those of all sources.
        """
        ends = np.cumsum(np.where(numbers > 0, self.weights, 0.0), axis=1)
        scaled = chances * ends[:, -1]
        source = (scaled[:, None] >= ends[:, :-1]).sum(axis=1)
        # Rounding may overshoot the last source with candidates.
        source = np.minimum(source, _last_nonzero(numbers))
        rows = np.arange(len(chances))
        begin = np.where(source > 0, ends[rows, np.maximum(source - 1, 0)], 0.0)
        number = numbers[rows, source]
        step = ((scaled - begin) / self.weights[source] * number).astype(np.int64)
        before = np.cumsum(numbers, axis=1)[rows, source] - number
        steps: Ints = before + np.clip(step, 0, number - 1)
        return steps


class LabelIndex(NamedTuple):
    """Glyph ids sorted by label: code c has ``ids[first[c] : first[c] + number[c]]``."""

    ids: Ints
    first: Ints
    number: Ints
    mixture: Mixture | None = None
    by_source: Ints | None = None
    """Number of glyphs by code and source, if there is a mixture: shape (codes, sources)."""

    @classmethod
    def of(
        cls,
        codes: Ints,
        size: int,
        members: Ints | None = None,
        mixture: Mixture | None = None,
    ) -> LabelIndex:
        """Sort all glyphs, or only the members, by code; equal codes keep their order."""
        if members is not None:
            codes = codes[members]
        number = np.bincount(codes, minlength=size)
        first = np.concatenate([[0], np.cumsum(number)[:-1]])
        order = np.argsort(codes, kind="stable")
        ids = order if members is None else members[order]
        if mixture is None:
            return cls(ids, first, number)
        sources = len(mixture.weights)
        cells = codes[order] * sources + mixture.source_of(ids)
        by_source = np.bincount(cells, minlength=size * sources).reshape(size, sources)
        return cls(ids, first, number, mixture, by_source)

    def choose(self, codes: Ints, chances: Floats) -> Ints:
        """Choose a glyph id for each code, given numbers in [0, 1); every code needs a glyph."""
        if self.mixture is None or self.by_source is None:
            steps = (chances * self.number.take(codes)).astype(np.int64)
        else:
            steps = self.mixture.steps(chances, self.by_source.take(codes, axis=0))
        return self.ids.take(self.first.take(codes) + steps)


@dataclass(frozen=True, eq=False, repr=False)
class WriterIndex:
    """Glyph ids sorted by writer, then label.

    Attributes
    ----------
    index : LabelIndex
        Label c of writer w has row ``w * labels + c``. After the last writer follows a
        row for each label, with the glyphs of the `anonymous` labels.
    writers : ndarray of int64, shape (W,)
        Ids of the known writers, in ascending order.
    anonymous : ndarray of bool, shape (labels,)
        Labels of whose glyphs no writer is known.
    """

    index: LabelIndex
    writers: Ints
    anonymous: Flags

    @classmethod
    def of(
        cls,
        writers: Ints,
        codes: Ints,
        labels: int,
        members: Ints | None = None,
        mixture: Mixture | None = None,
    ) -> WriterIndex:
        """Sort all glyphs, or only the members, by writer and label.

        Glyphs by unknown writers are left out if the label has glyphs by known ones.
        """
        rows = np.zeros(len(codes), dtype=np.int64)
        ids = np.arange(len(codes)) if members is None else members
        codes, known = codes[ids], writers[ids] != UNKNOWN_WRITER
        anonymous = np.bincount(codes, minlength=labels) > 0
        anonymous &= np.bincount(codes[known], minlength=labels) == 0
        used = known | anonymous[codes]
        ids, codes, known = ids[used], codes[used], known[used]
        names = np.unique(writers[ids[known]])
        writer = np.where(known, np.searchsorted(names, writers[ids]), len(names))
        rows[ids] = writer * labels + codes
        index = LabelIndex.of(rows, (len(names) + 1) * labels, ids, mixture)
        return cls(index, names, anonymous)

    @property
    def labels(self) -> int:
        """Number of labels."""
        return len(self.anonymous)

    def rows(self, writers: Ints, codes: Ints) -> Ints:
        """Return the rows of labels by writers, given as indices of `writers`."""
        writers = np.where(self.anonymous[codes], len(self.writers), writers)
        return writers * self.labels + codes

    @cached_property
    def wrote(self) -> Flags:
        """Whether each writer wrote each label; true for anonymous labels: bool, shape (W, labels)."""
        number = self.index.number[: len(self.writers) * self.labels]
        return (number > 0).reshape(-1, self.labels) | self.anonymous

    def able(self, codes: Ints, owner: Ints, samples: int) -> Flags:
        """Return which writers wrote all labels of each sample, in the order of their sources.

        Anonymous labels exclude no writer. `owner` is the sample of each label; the result has
        the shape (samples, writers or 1).
        """
        used = np.zeros((samples, self.labels), dtype=np.bool_)
        used[owner, codes] = True
        bits = np.packbits(used, axis=1)
        lacking = np.zeros((samples, self._lacking.shape[1]), dtype=np.uint8)
        for number in np.flatnonzero(bits.any(axis=0)):
            lacking |= bits[:, number, None] & self._lacking[number]
        able: Flags = lacking == 0
        return able

    def choose(self, able: Flags, chances: Floats) -> Ints:
        """Choose one of each sample's able writers, as an index of `writers`.

        If sources have weights, the source is chosen first.
        """
        rows = np.arange(len(able)) * able.shape[1]
        found = np.flatnonzero(able)
        edges = np.searchsorted(found, rows[:, None] + self._sources[1])
        numbers = np.diff(edges, axis=1)
        if self.index.mixture is None:
            steps = (chances * numbers[:, 0]).astype(np.int64)
        else:
            steps = self.index.mixture.steps(chances, numbers)
        chosen: Ints = self._sources[0][found[edges[:, 0] + steps] - rows]
        return chosen

    @cached_property
    def _lacking(self) -> Pixels:
        """A bit for each label that a writer did not write: shape (labels / 8, at least 1)."""
        wrote = self.wrote[self._sources[0]] if len(self.writers) else self.anonymous[None]
        return np.ascontiguousarray(np.packbits(~wrote, axis=1).T)

    @cached_property
    def _sources(self) -> tuple[Ints, Ints]:
        """The writers in the order of their sources, and where each source begins and the last ends."""
        count = max(1, len(self.writers))
        if self.index.mixture is None or not len(self.writers):
            sources = 1 if self.index.mixture is None else len(self.index.mixture.weights)
            return np.arange(count), np.array([0] + sources * [count])
        first = self.index.first.reshape(-1, self.labels)
        has_glyphs = self.index.number.reshape(-1, self.labels) > 0
        some = first[np.arange(len(first)), has_glyphs.argmax(axis=1)][: len(self.writers)]
        source = self.index.mixture.source_of(self.index.ids[some])
        order = np.argsort(source, kind="stable")
        edges = np.searchsorted(source[order], np.arange(len(self.index.mixture.weights) + 1))
        return order, edges


def _last_nonzero(numbers: Ints) -> Ints:
    """Return the index of the last nonzero number of each row."""
    last: Ints = numbers.shape[1] - 1 - (numbers[:, ::-1] > 0).argmax(axis=1)
    return last
