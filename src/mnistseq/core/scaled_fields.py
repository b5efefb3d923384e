"""Scales the fields of paths that do not move: all by the same map, mostly in 16 bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.bilinear import ONE, Coordinates
from mnistseq.core.distance_fields import FINE

Words: TypeAlias = NDArray[np.uint16]
Lines: TypeAlias = NDArray[np.uint16] | NDArray[np.uint32]

_BYTE = np.uint16(8)


@dataclass(frozen=True, eq=False)
class Scaling:
    """Interpolates where all columns and all rows of all pictures have the same coordinates.

    Shares are powers of two as often as sizes are, and then all sums fit in 16 bits.

    Attributes
    ----------
    columns, rows : slice or ndarray of int64
        Pixel of the field before each column and each row, counted from a row before the field.
    left, right : ndarray of uint16, shape (rows of the field, width)
        Shares of the columns before and after.
    lower : ndarray of uint16 or uint32, shape (height, width)
        Share of the row after. Its type is that of sums.
    bits : tuple of int
        What the shares of columns and of rows add up to, as powers of two.
    """

    columns: slice | Ints
    rows: slice | Ints
    left: Words
    right: Words
    lower: Lines
    bits: tuple[int, int]

    @classmethod
    def of(cls, x: Coordinates, y: Coordinates, field: tuple[int, int]) -> Scaling:
        """Return what scales fields of a size to columns x and rows y."""
        (before, right), (above, lower) = (
            (at >> 16, (at >> 8) & (FINE - 1))
            for at in (np.clip(x, -ONE, field[1] * ONE), np.clip(y, -ONE, field[0] * ONE))
        )
        # The pixels that are taken are those of the field: before it, the first is the one after.
        left = np.where(before < 0, right, np.where(before < field[1], FINE - right, 0))
        right = np.where((before < 0) | (before + 1 >= field[1]), 0, right)
        bits = _bits(left), _bits(lower)
        short = sum(bits) <= 8
        if not short:
            bits = 8, 8
        shares = np.stack([left, right])[:, None] >> (8 - bits[0])
        first, second = np.repeat(shares, field[0], axis=1).astype(np.uint16)
        third = np.repeat(lower[:, None] >> (8 - bits[1]), len(x), axis=1)
        return cls(
            _selection(np.clip(before, 0, field[1] - 1)),
            _selection(above + 1),
            first,
            second,
            third.astype(np.uint16) if short else third.astype(np.uint32),
            bits,
        )

    def near(self, nearness: Pixels) -> Words:
        """Return what `bilinear.between` does, in units of ``1 / FINE``: (N, height, width)."""
        across, down = self.bits
        kind: Any = self.lower.dtype.type
        lines: NDArray[Any] = self._lines(nearness).astype(kind, copy=False)
        if not down:
            same: Words = _selected(lines, 1, self.rows) << np.uint16(8 - across)
            return same
        # Differences wrap around, and so do the products; the sums fit.
        steps = np.zeros_like(lines)
        np.subtract(lines[:, 1:], lines[:, :-1], out=steps[:, :-1])
        near = _selected(steps, 1, self.rows) * self.lower
        lines <<= kind(down)
        near += _selected(lines, 1, self.rows)
        if kind is np.uint32:
            near >>= kind(8)
        else:
            near <<= kind(8 - across - down)
        words: Words = near.astype(np.uint16, copy=False)
        return words

    def _lines(self, nearness: Pixels) -> Words:
        """Interpolate between columns; a row of 0 is added before the first and after the last."""
        count, rows, _ = nearness.shape
        lines = np.empty((count, rows + 2, self.left.shape[1]), np.uint16)
        lines[:, 0] = lines[:, -1] = 0
        inner = lines[:, 1:-1]
        if not self.bits[0] and self.left.all():
            inner[:] = _selected(nearness, 2, self.columns)
            return lines
        both = nearness.astype(np.uint16, order="C")
        flat = both.reshape(-1)
        flat[:-1] |= flat[1:] << _BYTE
        both = _selected(both, 2, self.columns)
        np.bitwise_and(both, np.uint16(255), out=inner)
        inner *= self.left
        inner += (both >> _BYTE) * self.right
        return lines


def _bits(shares: Ints) -> int:
    """Return how many bits of shares of `FINE` are in use."""
    used = int(np.bitwise_or.reduce(shares | FINE))
    return 8 - ((used & -used).bit_length() - 1)


def _selection(indices: Ints) -> slice | Ints:
    """Return indices as a slice, if they are evenly spaced."""
    steps = np.diff(indices[:2])
    if len(steps) and steps[0] > 0 and (np.diff(indices) == steps[0]).all():
        return slice(int(indices[0]), int(indices[-1]) + 1, int(steps[0]))
    return indices


def _selected(values: NDArray[Any], axis: int, chosen: slice | Ints) -> NDArray[Any]:
    if isinstance(chosen, slice):
        return values[(slice(None),) * axis + (chosen,)]
    return values.take(chosen, axis=axis)
