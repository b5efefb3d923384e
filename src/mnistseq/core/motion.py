"""Motion: moves glyphs by affine maps that keep all ink inside the picture.

Points and boxes here are in pixels, whole numbers being centres of pixels, x before y.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints


class Motion(NamedTuple):
    """How each glyph of a batch moves.

    Attributes
    ----------
    linear : ndarray of float64, shape (N, 2, 2)
        The columns are the images of a step to the right and of a step down.
    shift : ndarray of float64, shape (N, 2)
        Shift in pixels to the right and down.
    anchor : tuple of float
        The fixed point, apart from the shift: 0, 0 is the ink box's upper left
        corner, 1, 1 its lower right corner.
    rise : ndarray of float64, shape (N,), or 0
        Shift up, as a share of the height of the ink.
    """

    linear: Floats
    shift: Floats
    anchor: tuple[float, float] = (0.5, 0.5)
    rise: Floats | float = 0.0


_GREATEST = 1e20
_LEAST_AREA = 1e-6
"""Of a pixel once it is mapped: nothing is left of a glyph below that."""


def fault_of(motion: object, count: int) -> str | None:
    """Return what is wrong with what should be the motion of `count` glyphs; None if nothing is."""
    if not isinstance(motion, Motion):
        return f"a {type(motion).__name__}, not a Motion"
    shapes: tuple[list[tuple[int, ...]], ...]
    shapes = [(count, 2, 2)], [(count, 2)], [(2,)], [(count,), ()]
    for name, value, allowed in zip(Motion._fields, motion, shapes, strict=True):
        numbers = np.asarray(value)
        if name in ("linear", "shift") and numbers is not value:
            return f"a motion whose {name} is of type {type(value).__name__}, not an array"
        if numbers.dtype.kind not in "iuf" or not (np.abs(numbers) <= _GREATEST).all():
            return f"a motion whose {name} has values that are not finite numbers"
        if numbers.shape not in allowed:
            return f"a motion whose {name} has the shape {numbers.shape}, not {allowed[0]}"
    if not (np.abs(area_of(motion.linear)) >= _LEAST_AREA).all():
        return "a motion that leaves nothing of a glyph: the determinant of its map is 0"
    return None


class RowEnds(NamedTuple):
    """Where the ink of some glyphs is, row by row.

    Attributes
    ----------
    left, right : ndarray of float64, shape (N, rows)
        The first and the last inked pixel of each row.
    y : ndarray of float64, shape (rows,)
        Of each row.
    inked : ndarray of bool, shape (N, rows)
        Which rows have ink.
    """

    left: Floats | Ints
    right: Floats | Ints
    y: Floats | Ints
    inked: Flags


class Box(NamedTuple):
    """The box around the ink of each glyph: centres of its outermost pixels, shape (N, 2) each."""

    first: Floats | Ints
    last: Floats | Ints


Reach: TypeAlias = tuple[Floats, Floats]
"""How far the moved ink reaches from the fixed point: to the left and up, to the right and down."""


def composed(motions: Sequence[Motion], box: Box) -> tuple[Floats, Floats]:
    """Return the linear map of motions one after the other, and where the middle of the box goes.

    Each is about a point of the box around what the ones before it have moved.
    """
    half, place = (box.last - box.first) / 2, (box.last + box.first) / 2
    linear, size = np.tile(np.eye(2), (len(half), 1, 1)), half
    for motion in motions:
        fixed = size * (2 * np.array(motion.anchor) - 1)
        place = place + fixed - mapped(motion.linear, fixed) + motion.shift
        place[:, 1] -= motion.rise * (2 * size[:, 1] + 1)
        linear = np.stack([mapped(motion.linear, linear[:, :, k]) for k in (0, 1)], axis=2)
        size = mapped(np.abs(linear), half)
    return linear, place


def area_of(linear: Floats) -> Floats:
    """Return the area that each map gives to a pixel, below 0 where it mirrors: shape (N,)."""
    area: Floats = linear[:, 0, 0] * linear[:, 1, 1] - linear[:, 0, 1] * linear[:, 1, 0]
    return area


def reach_of(
    linear: Floats,
    fixed: Floats,
    box: Box,
    fading: Floats,
    room: Floats | Ints,
    ends: Callable[[Ints], RowEnds],
) -> Reach:
    """Return how far the ink reaches once it is moved.

    Parameters
    ----------
    linear : ndarray of float64, shape (N, 2, 2)
    fixed : ndarray of float64, shape (N, 2)
        The fixed points.
    box : Box
    fading : ndarray of float64, shape (2,)
        Distance beyond the ink, across and down, at which nothing is left of it.
    room : ndarray of float64, shape (N, 2) or (2,)
        Where a moved box is larger than this, the ink is examined row by row.
    ends : callable
        Returns the rows of some glyphs.
    """
    first, last = box.first - fixed, box.last - fixed
    middle = mapped(linear, (first + last) / 2)
    half = mapped(np.abs(linear), (last - first) / 2 + fading)
    low, high = middle - half, middle + half
    wide = np.flatnonzero((high - low > room).any(axis=1))
    if len(wide):
        low[wide], high[wide] = _rows_reach(linear[wide], fixed[wide], fading, ends(wide))
    return low, high


def _rows_reach(linear: Floats, fixed: Floats, fading: Floats, ends: RowEnds) -> Reach:
    """Return the same for the ink itself: in every map, the ends of its rows reach furthest."""
    y = ends.y - fixed[:, 1:]
    low, high = np.empty_like(fixed), np.empty_like(fixed)
    for axis in (0, 1):
        across, down = linear[:, axis, 0, None], linear[:, axis, 1, None] * y
        places = [across * (end - fixed[:, :1]) + down for end in (ends.left, ends.right)]
        more = (np.abs(linear[:, axis]) * fading).sum(axis=1)
        low[:, axis] = np.where(ends.inked, np.minimum(*places), np.inf).min(axis=1) - more
        high[:, axis] = np.where(ends.inked, np.maximum(*places), -np.inf).max(axis=1) + more
    return low, high


def fitted(target: Floats, reach: Reach, frame: Floats | Ints) -> tuple[Floats, Floats]:
    """Shrink and shift moved glyphs until all their ink is inside the picture.

    Parameters
    ----------
    target : ndarray of float64, shape (N, 2)
        Where the fixed points go.
    reach : tuple of ndarray
        See `reach_of`.
    frame : ndarray, shape (2,) or (N, 2)
        Width and height of the pictures.

    Returns
    -------
    size : ndarray of float64, shape (N,)
        By how much each glyph has to shrink; 1 is not at all.
    target : ndarray of float64, shape (N, 2)
        Where the fixed points go instead.
    """
    low, high = reach
    # Nothing is left of the ink where it ends, so that may be at the centres just outside.
    room = (frame + 1) / (high - low)
    size = np.minimum(1.0, np.minimum(room[:, 0], room[:, 1]))
    least, most = -1 - size[:, None] * low, frame - size[:, None] * high
    return size, np.minimum(np.maximum(target, least), most)


def inverse(linear: Floats, area: Floats, fixed: Floats, target: Floats) -> Floats:
    """Return maps from pixels of the result to pixels of the picture: shape (N, 2, 3)."""
    matrices = np.empty((len(linear), 2, 3))
    matrices[:, 0, 0] = linear[:, 1, 1] / area
    matrices[:, 0, 1] = -linear[:, 0, 1] / area
    matrices[:, 1, 0] = -linear[:, 1, 0] / area
    matrices[:, 1, 1] = linear[:, 0, 0] / area
    matrices[:, :, 2] = fixed - mapped(matrices, target)
    return matrices


def mapped(linear: Floats, points: Floats) -> Floats:
    """Return the mapped points; a matrix product in NumPy takes several times as long."""
    result: Floats = linear[:, :, 0] * points[:, :1] + linear[:, :, 1] * points[:, 1:]
    return result
