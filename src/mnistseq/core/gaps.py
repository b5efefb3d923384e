"""Count and sample vectors of gaps, exactly and in bounded time.

m gaps, each 0 to `span` pixels above the minimum, must add up to a given sum. How
many such vectors are there, and how is one drawn uniformly? With ``A_k(s)`` = the number of vectors of k gaps whose sum is s or
less, a gap g that leaves k gaps and a sum of ``s - g`` has probability
proportional to ``A_k(s - g) - A_k(s - g - 1)``. The rows ``A_k`` are computed
once; each gap then costs one uniform word and one binary search in a row, for a
whole batch at a time, without any rejection.

Three measures keep float64 accurate to about 1e-15:

* A sum past the middle is mirrored (g → span - g), so that the differences
  are taken where the rows grow, not where they saturate.
* Each row is scaled on its own: only ratios within a row matter.
* Where m * log(span + 1) exceeds `FULL_LOG`, a whole row no longer fits the
  exponent of a float64. Then only a band of it is kept, around the sums that
  vectors of the given total pass through. The band is wide enough that
  leaving it has a probability below exp(-TAIL) (a sub-gamma tail bound under
  the exponential tilt that makes the total typical; conditional on the total
  the tilt cancels). Source: Boucheron, Lugosi, Massart, "Concentration
  Inequalities" (2013), section 2.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import isqrt, log
from typing import NamedTuple

import numpy as np

from mnistseq.core.array_types import Floats, Ints
from mnistseq.errors import SpacingError

FULL_LOG = 600.0
TAIL = 50.0
_BAND_LOG = 650.0
"""Maximum log of a row's growth on either side of its middle; float64 holds exp(-708) to exp(709)."""
_MOST_GAPS = 3000
"""Up to this number of gaps, a band is always sufficient, whatever their range and sum."""
STORED_ENTRIES = 2**22


class Row(NamedTuple):
    """``A_k`` on the band of sums `low` to `high`, after ``span + 1`` zeros.

    The zeros are the counts of the sums just below the band, so looking up
    ``s - span - 1`` needs no bounds check. ``values[s - low + span + 1]`` is A_k(s) up
    to a factor that is the same for the whole row.
    """

    low: int
    high: int
    values: Floats


class SumTable:
    """The rows ``A_0`` to ``A_count``; immutable.

    If all rows together need more than `STORED_ENTRIES` numbers, only some are kept and
    the others are recomputed on the way down, a block at a time. This bounds memory even
    for a thousand gaps of a thousand pixels.
    """

    def __init__(self, count: int, span: int, centre: int | None) -> None:
        self.count = count
        self.span = span
        self.banded: bool = centre is not None
        self._low, self._high, self._typical = _bands(count, span, centre)
        entries = int((self._high - self._low + span + 2).sum())
        self._stride = 1 if entries <= STORED_ENTRIES else isqrt(count) + 1
        self._kept: dict[int, Row] = {}
        for number, row in self._rows_up(0, _no_gaps(span), count):
            if number % self._stride == 0 or number == count:
                self._kept[number] = row

    @property
    def top(self) -> Row:
        """``A_count``, from which the sum is drawn."""
        return self._kept[self.count]

    def rows_down(self) -> Iterator[Row]:
        """Yield rows ``A_{count-1}`` to ``A_1``, the order in which gaps are drawn."""
        last = self.count - 1
        while last >= 1:
            first = last - last % self._stride
            block = dict(self._rows_up(first, self._kept[first], last))
            for number in range(last, max(first, 1) - 1, -1):
                yield block[number]
            last = first - 1

    def _rows_up(self, number: int, row: Row, last: int) -> Iterator[tuple[int, Row]]:
        yield number, row
        for following in range(number + 1, last + 1):
            kept = self._kept.get(following)
            row = kept if kept is not None else self._next(row, following)
            yield following, row

    def _next(self, row: Row, number: int) -> Row:
        low, high = int(self._low[number]), int(self._high[number])
        reach = self.span + 1
        size = high - low + 1
        ways = _stretch(row.values, low - row.low + reach, size)
        ways = np.subtract(ways, _stretch(row.values, low - row.low, size))
        np.maximum(ways, 0.0, out=ways)
        if number == self.count:
            # Lower rows end at the middle; by symmetry, the counts above equal those below.
            sums = np.arange(low, high + 1)
            mirrored = self.count * self.span - sums
            below = (mirrored < sums) & (mirrored >= low)
            ways[mirrored < sums] = 0.0
            ways[below] = ways[mirrored[below] - low]
        values = np.zeros(reach + size)
        np.cumsum(ways, out=values[reach:])
        if number * log(self.span + 1) > FULL_LOG / 2:
            # Scaling by a power of two is exact, so it changes no choice.
            values *= 2.0 ** -np.frexp(values[self._typical[number] - low + reach])[1]
        return Row(low, high, values)


def _stretch(values: Floats, first: int, size: int) -> Floats:
    """Return ``values[first : first + size]``, repeating the last value past the end."""
    found = values[first : first + size]
    missing = size - len(found)
    return np.concatenate([found, np.full(missing, values[-1])]) if missing else found


def _no_gaps(span: int) -> Row:
    """Return ``A_0``: one way to reach 0, and none to reach any other sum."""
    return Row(0, 0, np.append(np.zeros(span + 1), 1.0))


def _bands(count: int, span: int, centre: int | None) -> tuple[Ints, Ints, Ints]:
    """Return the first, the last and a typical sum of each row: arrays (count + 1,)."""
    gaps = np.arange(count + 1)
    half = count * span // 2
    low = np.zeros(count + 1, dtype=np.int64)
    high = np.minimum(gaps * span, half)
    high[count] = count * span
    if centre is None:
        return low, high, high // 2
    mean = min(centre / count, span / 2)
    tilt, variance = _tilt(mean, span)
    scale = span / 3 if tilt == 0 else min(span / 3, 1 / tilt)
    # The last term is the longest likely gap: one more step in either direction.
    reach = np.sqrt(2 * TAIL * variance * gaps) + TAIL * scale + min(span, TAIL * scale)
    check_band(count, span, tilt * float(reach[count]))
    low = np.maximum(low, np.floor(gaps * mean - reach).astype(np.int64))
    high = np.minimum(high, np.ceil(gaps * mean + reach).astype(np.int64))
    low = np.minimum(low, high)
    return low, high, np.clip((gaps * mean).astype(np.int64), low, high)


def check_band(count: int, span: int, growth: float) -> None:
    """Raise SpacingError if a band of a row would exceed the range of float64."""
    if growth > _BAND_LOG:
        raise SpacingError(
            f"{count} gaps of up to {span} px above the minimum are too many for so tight a "
            f"width: take at most {_MOST_GAPS} gaps, or another width or none"
        )


def _tilt(mean: float, span: int) -> tuple[float, float]:
    """Return the rate and the variance of the truncated geometric distribution on 0..span with `mean`."""
    gaps = np.arange(span + 1)
    lowest, highest = 0.0, 60.0
    for _ in range(60):
        rate = (lowest + highest) / 2
        weights = np.exp(-rate * gaps)
        if float((gaps * weights).sum() / weights.sum()) > mean:
            lowest = rate
        else:
            highest = rate
    weights = np.exp(-lowest * gaps)
    weights /= weights.sum()
    average = float((gaps * weights).sum())
    return lowest, float(((gaps - average) ** 2 * weights).sum())


@lru_cache(maxsize=32)
def _full_table(count: int, span: int) -> SumTable:
    return SumTable(count, span, None)


@lru_cache(maxsize=2)
def _banded_table(count: int, span: int, centre: int) -> SumTable:
    return SumTable(count, span, centre)


def _centres(sums: Ints, count: int) -> Ints:
    """Round sums to steps of about one standard deviation, so that few tables suffice.

    The result depends only on the sum, never on other sums of the batch, and is computed
    in integers, because square roots of floats could differ between platforms.
    """
    steps = [1 << (max(1, isqrt(int(s) * int(s) // count)).bit_length() - 1) for s in sums]
    step = np.array(steps, dtype=np.int64)
    return sums // step * step + step // 2


def _tables(count: int, span: int, typical: Ints) -> Iterator[tuple[SumTable, Ints]]:
    """Yield tables for sums near `typical`, each with the indices of its sums.

    `typical` is at most the middle; larger sums are mirrored.
    """
    if count * log(span + 1) <= FULL_LOG:
        yield _full_table(count, span), np.arange(len(typical))
        return
    centres = _centres(typical, count)
    for centre in np.unique(centres):
        yield _banded_table(count, span, int(centre)), np.flatnonzero(centres == centre)


def sample_with_sum(uniforms: Floats, span: int, sums: Ints) -> Ints:
    """Draw gaps uniformly over all vectors of ``0..span`` with the given sums.

    Parameters
    ----------
    uniforms : ndarray of float64 in [0, 1), shape (B, m)
        One number for each gap; the last of each row is not used.
    span : int
        The largest gap; the smallest is 0.
    sums : ndarray of int64, shape (B,)
        0 to ``m * span`` each.

    Returns
    -------
    ndarray of int64, shape (B, m)
    """
    count = uniforms.shape[1]
    if count == 0 or span == 0:
        return np.zeros(uniforms.shape, dtype=np.int64)
    gaps = np.empty(uniforms.shape, dtype=np.int64)
    mirrored = sums > count * span // 2
    low_sums = np.where(mirrored, count * span - sums, sums)
    for table, indices in _tables(count, span, low_sums):
        gaps[indices] = _walk_down(table, uniforms[indices], low_sums[indices])
    return np.where(mirrored[:, None], span - gaps, gaps)


def _walk_down(table: SumTable, uniforms: Floats, sums: Ints) -> Ints:
    """Choose one gap after the other; `left` is the sum of the remaining gaps."""
    reach = table.span + 1
    # One row for each step, so that each step works on contiguous memory.
    columns = np.ascontiguousarray(uniforms.T)
    left = np.empty((table.count + 1, len(sums)), dtype=np.int64)
    left[0] = sums
    for step, row in enumerate(table.rows_down()):
        lower = left[step] - row.low
        upper = np.minimum(lower + reach, row.high - row.low + reach)
        if table.banded:
            lower = np.clip(lower, 0, len(row.values) - 1)
            upper = np.maximum(upper, lower)
        below = row.values.take(lower)
        target = row.values.take(upper)
        target -= below
        target *= columns[step]
        target += below
        found = np.searchsorted(row.values, target, side="right")
        # Rounding may move the target to the end of its window, but never past the last way.
        np.minimum(found, upper, out=found)
        np.add(found, row.low - reach, out=left[step + 1])
    left[table.count] = 0
    return (left[:-1] - left[1:]).T


def sample_within(uniforms: Floats, span: int, room: Ints) -> Ints:
    """Draw gaps uniformly over all vectors of ``0..span`` whose sum is `room` or less.

    If every vector fits, the gaps are independent and exactly uniform. Otherwise the
    sum is drawn first, weighted by the number of vectors that have it, and then the
    vector, as in `sample_with_sum`.

    Parameters
    ----------
    uniforms : ndarray of float64 in [0, 1), shape (B, m + 1)
        The first number of each row is for the sum.
    span : int
    room : ndarray of int64, shape (B,)

    Returns
    -------
    ndarray of int64, shape (B, m)
    """
    count = uniforms.shape[1] - 1
    gaps = (uniforms[:, 1:] * (span + 1)).astype(np.int64)
    tight = np.flatnonzero(room < count * span)
    if not len(tight):
        return gaps
    if len(tight) == len(room):
        return sample_with_sum(uniforms[:, 1:], span, _draw_sums(uniforms[:, 0], count, span, room))
    sums = _draw_sums(uniforms[tight, 0], count, span, room[tight])
    gaps[tight] = sample_with_sum(uniforms[tight, 1:], span, sums)
    return gaps


def _draw_sums(uniforms: Floats, count: int, span: int, room: Ints) -> Ints:
    sums = np.zeros(len(room), dtype=np.int64)
    typical = np.minimum(room, count * span // 2)
    for table, indices in _tables(count, span, typical):
        row = table.top
        shift = span + 1 - row.low
        upper = np.clip(room[indices] + shift, 0, len(row.values) - 1)
        target = row.values.take(upper) * uniforms[indices]
        found = np.searchsorted(row.values, target, side="right")
        sums[indices] = np.minimum(found, upper) - shift
    return sums


def fit_probability(count: int, span: int, room: int) -> float:
    """Return the probability that `count` independent uniform gaps add up to `room` or less.

    Probabilities below about 1e-15 may be returned as 0.
    """
    if room < 0:
        return 0.0
    if room >= count * span:
        return 1.0
    row = _top_row(count, span, count * span // 2)
    return float(_row_at(row, span, np.array([room]))[0] / row.values[-1])


def gap_distribution(count: int, span: int, room: int | None, exact: bool) -> Floats:
    """Return the exact distribution of one gap: probabilities of 0 to `span`, shape (span + 1,).

    Every gap of a vector has the same distribution, because gaps are exchangeable.

    Parameters
    ----------
    count, span : int
    room : int or None
        The greatest sum of the gaps; None means any sum.
    exact : bool
        Whether the gaps add up to exactly `room`.
    """
    if room is None or (not exact and room >= count * span):
        return np.full(span + 1, 1 / (span + 1))
    mirror = exact and room > count * span // 2
    target = count * span - room if mirror else room
    # A gap's probability is proportional to the number of vectors of the other gaps.
    others = _top_row(count - 1, span, min(target, (count - 1) * span // 2))
    sums = target - np.arange(span + 1)
    ways = _row_at(others, span, sums)
    if exact:
        ways = np.maximum(ways - _row_at(others, span, sums - 1), 0.0)
    chances: Floats = ways / ways.sum()
    return chances[::-1] if mirror else chances


def sum_distribution(count: int, span: int, room: int | None, exact: bool) -> Floats:
    """Return the exact distribution of the sum of the gaps: probabilities of 0 to the greatest sum.

    Parameters
    ----------
    count, span, room, exact
        See `gap_distribution`.
    """
    most = count * span if room is None else min(room, count * span)
    if exact and room is not None:
        certain: Floats = (np.arange(most + 1) == most).astype(np.float64)
        return certain
    row = _top_row(count, span, min(most, count * span // 2))
    sums = np.arange(most + 1)
    ways = np.maximum(_row_at(row, span, sums) - _row_at(row, span, sums - 1), 0.0)
    chances: Floats = ways / ways.sum()
    return chances


def _top_row(count: int, span: int, typical: int) -> Row:
    if count == 0:
        return _no_gaps(span)
    table, _ = next(_tables(count, span, np.array([typical])))
    return table.top


def _row_at(row: Row, span: int, sums: Ints) -> Floats:
    indices = np.clip(sums - row.low + span + 1, 0, len(row.values) - 1)
    return np.where(sums < row.low, 0.0, row.values[indices])
