"""Draws pen paths from their distance fields, each path moved by a map of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.bilinear import Coordinates, between, coordinates, quads_of
from mnistseq.core.distance_fields import FAR, FINE
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.core.motion import Box, Motion, RowEnds, area_of, composed, fitted, inverse, reach_of
from mnistseq.core.resample import blocks
from mnistseq.core.scaled_fields import Scaling, Words

Ends: TypeAlias = NDArray[np.int16]

_SMALLEST = 0.55
"""A glyph that would have to be smaller than this to fit stays as it is."""

_BLOCK_PIXELS = 1 << 15
"""Pixels drawn at a time; they should fit a core's cache."""


def farthest_ink(nibs: Ints) -> Ints:
    """Return the distance, in steps, from which pens leave no ink: int64, shape (N,)."""
    farthest: Ints = -(-(nibs[:, 0] + 255 * nibs[:, 1]) // FINE)
    return farthest


@accelerated("pens", "core")
def row_ends(fields: Pixels, near: Ints) -> Ends:
    """Return the columns between which each row of a field has a distance below `near`.

    Parameters
    ----------
    fields : ndarray of uint8, shape (N, rows, W)
    near : ndarray of int64, shape (N,)
        In steps, up to `FAR`.

    Returns
    -------
    ndarray of int16, shape (N, 2, rows)
        The first and the last such column; W and -1 if the row has none.
    """
    close = fields < near.astype(np.uint8)[:, None, None]
    some, width = close.any(axis=2), fields.shape[2]
    first = np.where(some, close.argmax(axis=2), width)
    last = np.where(some, width - 1 - close[:, :, ::-1].argmax(axis=2), -1)
    return np.stack([first, last], axis=1).astype(np.int16)


def moved(
    motions: Sequence[Motion], ends: Ends, scaled: Floats, frame: Ints
) -> tuple[Floats, Flags]:
    """Return where each pixel comes from once paths have moved, and which of them stay.

    All ink stays inside the picture: a glyph that would not fit is shrunk, and is shifted no
    further than to the edge. A glyph that would have to shrink too much does not move.

    Parameters
    ----------
    motions : sequence of Motion
    ends : ndarray of int16, shape (N, 2, rows)
        See `row_ends`.
    scaled : ndarray of float64, shape (2, 3)
        From pixels of the picture to those of the fields.
    frame : ndarray of int64, shape (N, 2)
        Width and height that each glyph may fill, in pixels.

    Returns
    -------
    maps : ndarray of float64, shape (N, 2, 3)
        From pixels of the result to those of the picture.
    stays : ndarray of bool, shape (N,)
    """
    step, start = 1 / scaled.diagonal(), scaled[:, 2]
    empty: Flags = np.all(ends[:, 1] < 0, axis=1)
    ends = np.where(empty[:, None, None], np.int16(0), ends)
    inked = ends[:, 1] >= 0
    foot = inked.shape[1] - 1 - inked[:, ::-1].argmax(axis=1)
    first = np.column_stack([ends[:, 0].min(axis=1), inked.argmax(axis=1)])
    last = np.column_stack([ends[:, 1].max(axis=1), foot])
    box = Box((first - start) * step, (last - start) * step)

    def rows(some: Ints) -> RowEnds:
        left, right = ((ends[some] - start[0]) * step[0]).swapaxes(0, 1)
        return RowEnds(left, right, (np.arange(inked.shape[1]) - start[1]) * step[1], inked[some])

    linear, target = composed(motions, box)
    fixed = (box.first + box.last) / 2
    # Ink ends between a pixel of the field that is near enough and the next one.
    reach = reach_of(linear, fixed, box, step, frame + 1, rows)
    size, target = fitted(target, reach, frame)
    maps = inverse(linear * size[:, None, None], area_of(linear) * size**2, fixed, target)
    stays: Flags = empty | (size < _SMALLEST)
    maps[stays] = np.eye(2, 3)
    return maps, stays


@accelerated("pens", "core")
def drawn(
    fields: Pixels,
    ends: Ends | None,
    maps: Floats,
    pressures: Pixels,
    nibs: Ints,
    size: tuple[int, int],
) -> tuple[Pixels, Ints]:
    """Draw paths; beyond its field a path is far away.

    Parameters
    ----------
    fields : ndarray of uint8, shape (N, rows, W)
    ends : ndarray of int16, shape (N, 2, rows), or None
        See `row_ends`: no distance outside of these is within reach of the pen.
        None: they have not been looked for.
    maps : ndarray of float64, shape (N, 2, 3)
        From pixels of the result to those of the field: see `bilinear.in_fixed_point`.
    pressures : ndarray of uint8, shape (N, rows, columns)
        A grid of pressures for each glyph, which lies over the result.
    nibs : ndarray of int64, shape (N, 5)
        See `pen._Nibs.steps`.
    size : tuple of int
        Height and width of the result.

    Returns
    -------
    ink : ndarray of uint8, shape (N, height, width)
    boxes : ndarray of int64, shape (N, 4)
        See `glyph_bank.ink_boxes`.
    """
    del ends  # only the compiled version uses them, to look for ink
    ink, boxes = np.empty((len(fields), *size), np.uint8), np.empty((len(fields), 4), np.int64)
    still = bool((maps == maps[0]).all()) and not maps[0, (0, 1), (1, 0)].any()
    rows, columns = coordinates(maps[:1] if still else maps, *size)
    if still:
        scaling = Scaling.of(columns[0, 0] + rows[0, 0, 0], rows[0, 1], fields.shape[1:])
    most = _BLOCK_PIXELS * (4 if still else 1)
    for part in blocks(len(fields), max(1, most // (size[0] * size[1]))):
        nearness = np.bitwise_not(fields[part])
        if still:
            near = scaling.near(nearness)
        else:
            near = _interpolated(nearness, rows[part], columns[part])
        ink[part] = _inked(near, pressures[part], nibs[part])
        boxes[part] = ink_boxes(ink[part])
    return ink, boxes


def _interpolated(nearness: Pixels, rows: Coordinates, columns: Coordinates) -> Words:
    """Interpolate between pixels of fields, a strip at a time where a picture is large."""
    quads, size = quads_of(nearness), (rows.shape[2], columns.shape[2])
    near = np.empty((len(nearness), *size), np.uint16)
    for lines in blocks(size[0], max(1, _BLOCK_PIXELS // size[1])):
        x, y = (rows[:, axis, lines, None] + columns[:, axis, None] for axis in (0, 1))
        near[:, lines] = between(quads, x, y, nearness.shape[1:]) >> 8
    return near


def _inked(near: Words, pressures: Pixels, nibs: Ints) -> Words:
    """Return the ink where the path is as near as this, which it overwrites."""
    least, pressure, shift, full, gain = nibs.astype(np.uint16).T[:, :, None, None]
    beyond = np.uint16(FAR * FINE) - least
    if pressure.any():
        pressed = spread(pressures, near.shape[1:])
        pressed *= pressure
        beyond = np.subtract(beyond, pressed, out=pressed)
    np.maximum(near, beyond, out=near)
    near -= beyond
    if shift.any():
        near >>= shift
    np.minimum(near, full, out=near)
    near *= gain
    near >>= np.uint16(8)
    return near


def spread(grids: Pixels, size: tuple[int, int]) -> Words:
    """Interpolate grids of pressures over pictures: uint16, shape (N, height, width)."""
    (top, down), (left, across) = (
        between_nodes(*pair) for pair in zip(grids.shape[1:], size, strict=True)
    )
    nodes = grids.astype(np.uint16)
    wide = nodes[:, :, left] * (FINE - across) + nodes[:, :, left + 1] * across
    wide >>= np.uint16(8)
    # Differences wrap around, and so do the products; the sums fit.
    pressed = np.diff(wide, axis=1).take(top, axis=1)
    pressed *= np.repeat(down, size[1]).reshape(size)
    wide <<= np.uint16(8)
    pressed += wide.take(top, axis=1)
    pressed >>= np.uint16(8)
    return pressed


@cache
def between_nodes(nodes: int, size: int) -> tuple[Ints, Words]:
    """Return the node before each pixel, and how far the pixel is from it, in 256ths.

    Nodes divide the picture evenly; before the first and after the last, nothing changes.
    """
    place = (2 * np.arange(size, dtype=np.int32) + 1) * (nodes * FINE) // (2 * size) - FINE // 2
    place = np.clip(place, 0, (nodes - 1) * FINE)
    node = np.minimum(place >> 8, nodes - 2)
    return node, (place - node * FINE).astype(np.uint16)
