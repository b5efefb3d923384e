"""Sample vectors of gaps exactly when each gap has its own range.

The method is that of `mnistseq.core.gaps`: ``A_k(s)`` counts the vectors of the
last k gaps whose sum is s or less, and each gap costs one uniform word and one
binary search. Samples with different ranges cannot share a table, so the tables of
many samples are computed side by side, one sample in each row of an array, in groups
that bound memory.

Here, too, sums past the middle are mirrored. A sample with more vectors than a float64
can represent gets a table of its own, with only a band of each row around the sums that
vectors of the given total pass through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isqrt
from typing import TypeVar

import numpy as np

from mnistseq.core.array_types import Floats, Ints
from mnistseq.core.gaps import FULL_LOG, STORED_ENTRIES, TAIL, check_band

Summed = TypeVar("Summed", Ints, Floats)

_ROW_ENTRIES = 2**15
"""Counts of one row that are computed at a time; they should fit a core's cache."""


@dataclass(frozen=True, eq=False)
class _Row:
    """``A_k`` of each sample, from the sum `low` on, preceded by a zero.

    ``values[i, s - low[i] + 1]`` is A_k(s) of sample i up to a factor of its row.
    The zero is the count of all sums below `low`. The row is constant past `high`.
    """

    low: Ints
    high: Ints
    values: Floats

    def index(self, sums: Ints) -> Ints:
        """Return the index of the count of one sum for each sample: shape (n,)."""
        return np.clip(sums, self.low - 1, self.high) - self.low + 1

    def counts(self, first: Ints, size: int) -> Floats:
        """Return the counts of `size` sums, starting at `first` of each sample: shape (n, size)."""
        offsets, last = first - self.low + 1, self.values.shape[1] - 1
        if (offsets == offsets[0]).all() and 0 <= offsets[0] <= last + 1 - size:
            return self.values[:, offsets[0] : offsets[0] + size]
        found = offsets[:, None] + np.arange(size)
        np.maximum(found, 0, out=found)
        np.minimum(found, last, out=found)
        found += np.arange(len(found))[:, None] * (last + 1)
        return self.values.ravel().take(found)

    def search(self, uniforms: Floats, lower: Ints, upper: Ints) -> Ints:
        """Choose a sum between two indices for each sample, weighted by the number of vectors."""
        flat = self.values.ravel()
        base = np.arange(len(self.values)) * self.values.shape[1]
        below = flat.take(base + lower)
        target = below + uniforms * (flat.take(base + upper) - below)
        first, last = lower.copy(), upper.copy()
        for _ in range(int((upper - lower).max()).bit_length()):
            middle = (first + last) // 2
            passed = flat.take(base + middle) <= target
            np.copyto(first, np.minimum(middle + 1, upper), where=passed)
            np.copyto(last, middle, where=~passed)
        return first + self.low - 1


@dataclass(frozen=True, eq=False)
class _Table:
    """The rows ``A_0`` to ``A_{m-1}`` of some samples.

    Attributes
    ----------
    spans : ndarray of int64, shape (n, m)
        Largest value of each gap; the smallest is 0.
    low, high : ndarray of int64, shape (n, m)
        First and last sum of each row.
    typical : ndarray of int64, shape (n, m), optional
        The sum at which each row is normalised, if counts could exceed float64.
    """

    spans: Ints
    low: Ints
    high: Ints
    typical: Ints | None = None

    def rows_down(self) -> Iterator[_Row]:
        """Yield rows ``A_{m-1}`` to ``A_0``, keeping all of them only if they are small."""
        count = self.spans.shape[1]
        entries = len(self.spans) * int((self.high - self.low + 2).max(axis=0).sum())
        stride = 1 if entries <= STORED_ENTRIES else isqrt(count) + 1
        rows = self._rows_up(0, self._no_gaps(), count - 1)
        kept = {number: row for number, row in rows if number % stride == 0}
        last = count - 1
        while last >= 0:
            first = last - last % stride
            block = kept if stride == 1 else dict(self._rows_up(first, kept[first], last))
            for number in range(last, first - 1, -1):
                yield block[number]
            last = first - 1

    def ways(self, row: _Row, gap: int, first: Ints, size: int) -> Floats:
        """Count the vectors with each of `size` sums from `first` on, after adding `gap` to a row."""
        ways = row.counts(first, size) - row.counts(first - self.spans[:, gap] - 1, size)
        return np.maximum(ways, 0.0, out=ways)

    def _no_gaps(self) -> _Row:
        zeros = np.zeros(len(self.spans), dtype=np.int64)
        return _Row(zeros, zeros, np.tile([0.0, 1.0], (len(zeros), 1)))

    def _rows_up(self, number: int, row: _Row, last: int) -> Iterator[tuple[int, _Row]]:
        yield number, row
        for following in range(number + 1, last + 1):
            low, high = self.low[:, following], self.high[:, following]
            ways = self.ways(row, self.spans.shape[1] - following, low, int((high - low).max()) + 1)
            row = _Row(low, high, _summed(ways))
            if self.typical is not None:
                # Scaling by a power of two is exact, so it changes no choice.
                middle = row.counts(self.typical[:, following], 1)
                row = replace(row, values=row.values * 2.0 ** -np.frexp(middle)[1])
            yield following, row


def sample_unequal_with_sum(uniforms: Floats, spans: Ints, sums: Ints) -> Ints:
    """Draw gaps uniformly over all vectors with the given sums.

    Parameters
    ----------
    uniforms : ndarray of float64 in [0, 1), shape (B, m)
        One number for each gap; the last of each row is not used.
    spans : ndarray of int64, shape (B, m)
        The largest value of each gap; the smallest is 0.
    sums : ndarray of int64, shape (B,)
        0 to the sum of the sample's spans each.

    Returns
    -------
    ndarray of int64, shape (B, m)

    Raises
    ------
    SpacingError
        If there are too many gaps for such a tight sum.
    """
    totals = spans.sum(axis=1)
    low_sums = np.minimum(sums, totals - sums)
    gaps = np.zeros_like(spans)
    for chosen, table in _tables(spans, low_sums):
        gaps[chosen] = _walk_down(table, uniforms[chosen], low_sums[chosen])
    return np.where((sums > low_sums)[:, None], spans - gaps, gaps)


def sample_unequal_within(uniforms: Floats, spans: Ints, room: Ints) -> Ints:
    """Draw gaps uniformly over all vectors whose sum is `room` or less.

    If every vector fits, the gaps are independent and exactly uniform. Otherwise the
    sum is drawn first, weighted by the number of vectors that have it.

    Parameters
    ----------
    uniforms : ndarray of float64 in [0, 1), shape (B, m + 1)
        The first number of each row is for the sum.
    spans : ndarray of int64, shape (B, m)
    room : ndarray of int64, shape (B,)

    Returns
    -------
    ndarray of int64, shape (B, m)
    """
    gaps = (uniforms[:, 1:] * (spans + 1)).astype(np.int64)
    tight = np.flatnonzero(room < spans.sum(axis=1))
    if len(tight):
        sums = _draw_sums(uniforms[tight, 0], spans[tight], room[tight])
        gaps[tight] = sample_unequal_with_sum(uniforms[tight, 1:], spans[tight], sums)
    return gaps


def _walk_down(table: _Table, uniforms: Floats, sums: Ints) -> Ints:
    """Choose one gap after the other; `left` is the sum of the remaining gaps."""
    gaps, left = np.empty_like(table.spans), sums
    for gap, row in enumerate(table.rows_down()):
        upper = row.index(left)
        lower = np.minimum(row.index(left - table.spans[:, gap] - 1), upper)
        following = row.search(uniforms[:, gap], lower, upper)
        gaps[:, gap] = left - following
        left = following
    return gaps


def _draw_sums(uniforms: Floats, spans: Ints, room: Ints) -> Ints:
    """Draw a sum of at most `room` for each sample, weighted by the number of vectors."""
    totals = spans.sum(axis=1)
    sums = np.zeros_like(room)
    for chosen, table in _tables(spans, np.minimum(room, totals // 2)):
        row = next(table.rows_down())
        most = room[chosen]
        # In a banded table, only the sums of its top row are likely.
        low = np.zeros_like(most) if table.typical is None else row.low
        high = most if table.typical is None else np.minimum(most, row.high + spans[chosen, 0])
        ways = _mirrored(table, row, low, high, totals[chosen])
        top = _Row(low, high, _summed(ways))
        sums[chosen] = top.search(uniforms[chosen], np.zeros_like(most), top.index(high))
    return sums


def _mirrored(table: _Table, row: _Row, low: Ints, high: Ints, totals: Ints) -> Floats:
    """Count the vectors of all gaps with each sum from `low` to `high` of each sample.

    The row ends at the middle; by symmetry, the counts above equal those below.
    """
    size = int((high - low).max()) + 1
    sums = low[:, None] + np.arange(size)
    ways = table.ways(row, 0, low, size)
    # Mirrored sums of those past the middle ascend from `end`.
    end = totals - (low + size - 1)
    above = table.ways(row, 0, end, size)[:, ::-1]
    return np.where(2 * sums > totals[:, None], above, ways)


def _summed(ways: Floats) -> Floats:
    """Return running totals along the last axis, preceded by a zero."""
    values = np.zeros((len(ways), ways.shape[1] + 1))
    np.cumsum(ways, axis=1, out=values[:, 1:])
    return values


def _tables(spans: Ints, sums: Ints) -> Iterator[tuple[Ints, _Table]]:
    """Yield tables for groups of samples, with the indices of their samples.

    Parameters
    ----------
    spans : ndarray of int64, shape (B, m)
    sums : ndarray of int64, shape (B,)
        The greatest sum needed, at most the middle.
    """
    banded = np.log(spans + 1.0).sum(axis=1) > FULL_LOG
    whole = np.flatnonzero(~banded)
    if len(whole):
        each = max(1, _ROW_ENTRIES // (int(sums[whole].max()) + 2))
        for first in range(0, len(whole), each):
            chosen = whole[first : first + each]
            high = np.minimum(_suffixes(spans[chosen]), sums[chosen, None])
            yield chosen, _Table(spans[chosen], np.zeros_like(high), high)
    for sample in np.flatnonzero(banded):
        low, high, typical = _bands(spans[sample], int(sums[sample]))
        yield np.array([sample]), _Table(spans[[sample]], low[None], high[None], typical[None])


def _suffixes(values: Summed) -> Summed:
    """Return the sums of the last 0 to m - 1 values along the last axis, in the same shape."""
    ends = np.cumsum(values[..., :0:-1], axis=-1)
    return np.concatenate([np.zeros_like(values[..., :1]), ends], axis=-1)


def _bands(spans: Ints, centre: int) -> tuple[Ints, Ints, Ints]:
    """Return the first, the last and a typical sum of each row of one sample: shape (m,)."""
    rate, means, variances = _tilt(spans, centre)
    widest = int(spans.max())
    scale = widest / 3 if rate == 0 else min(widest / 3, 1 / rate)
    mean, variance = _suffixes(means), _suffixes(variances)
    reach = np.sqrt(2 * TAIL * variance) + TAIL * scale + min(widest, TAIL * scale)
    check_band(len(spans), widest, rate * float(reach[-1]))
    high = np.minimum(_suffixes(spans), np.ceil(mean + reach).astype(np.int64))
    low = np.clip(np.floor(mean - reach).astype(np.int64), 0, high)
    return low, high, np.clip(mean.astype(np.int64), low, high)


def _tilt(spans: Ints, centre: int) -> tuple[float, Floats, Floats]:
    """Return the rate at which truncated geometric gaps have the mean sum `centre`, and moments."""
    different, which = np.unique(spans, return_inverse=True)
    number = np.bincount(which)
    values = [np.arange(span + 1) for span in different]

    def moments(rate: float) -> tuple[Floats, Floats]:
        chances = [np.exp(-rate * each) for each in values]
        chances = [each / each.sum() for each in chances]
        means = np.array([(a * b).sum() for a, b in zip(values, chances, strict=True)])
        squares = np.array([(a * a * b).sum() for a, b in zip(values, chances, strict=True)])
        return means, squares - means**2

    lowest, highest = 0.0, 60.0
    for _ in range(60):
        rate = (lowest + highest) / 2
        if float((moments(rate)[0] * number).sum()) > centre:
            lowest = rate
        else:
            highest = rate
    means, variances = moments(lowest)
    return lowest, means[which], variances[which]
