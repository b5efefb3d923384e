"""Convert masks to polygons, one for each mask, even if it has several parts or holes.

The corners of a polygon are corners of pixels, so it encloses the mask exactly. The rings of
several parts and of holes are joined by seams: the polygon goes to the nearest corner of another
ring, around it, and back the same way, which adds no area.

Source: Ultralytics, ``merge_multi_segment``, which joins the parts of COCO's objects in this way.
"""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Flags, Ints

_RIGHT, _DOWN, _LEFT, _UP = range(4)
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def outline(mask: Flags) -> Ints:
    """Return the polygon around a mask: x and y, int64, shape (corners, 2); empty for no ink.

    Parameters
    ----------
    mask : ndarray of bool, shape (height, width)
    """
    first, *others = _rings(mask) or [np.empty((0, 2), dtype=np.int64)]
    while others:
        near = [_nearest(first, ring) for ring in others]
        chosen = min(range(len(others)), key=lambda number: near[number][0])
        _, at, to = near[chosen]
        ring = others.pop(chosen)
        first = np.concatenate([first[: at + 1], ring[to:], ring[: to + 1], first[at:]])
    return first


def _nearest(one: Ints, other: Ints) -> tuple[int, int, int]:
    """Return the smallest squared distance between corners of two rings, and their indices."""
    distances = ((one[:, None] - other[None]) ** 2).sum(axis=2)
    at, to = divmod(int(distances.argmin()), len(other))
    return int(distances[at, to]), at, to


def _rings(mask: Flags) -> list[Ints]:
    """Return the corners of each boundary, with the ink on the right."""
    left = _edges(mask)
    rings = []
    while left:
        start = edge = min(left)
        corners = []
        while edge in left:
            left.remove(edge)
            y, x, direction = edge
            x, y = x + _STEPS[direction][0], y + _STEPS[direction][1]
            # Right turns first, so that pixels that touch only at a corner are separate.
            turns = [(y, x, (direction + turn) % 4) for turn in (1, 0, 3)]
            edge = next((turn for turn in turns if turn in left), start)
            if edge[2] != direction:
                corners.append((x, y))
        rings.append(np.array(corners, dtype=np.int64))
    return rings


def _edges(mask: Flags) -> set[tuple[int, int, int]]:
    """Return y and x of the start of each boundary edge, and its direction."""
    framed = np.pad(mask, 1)
    inner = framed[1:-1, 1:-1]
    sides = (
        (_RIGHT, framed[:-2, 1:-1], 0, 0),
        (_DOWN, framed[1:-1, 2:], 0, 1),
        (_LEFT, framed[2:, 1:-1], 1, 1),
        (_UP, framed[1:-1, :-2], 1, 0),
    )
    edges: set[tuple[int, int, int]] = set()
    for direction, beyond, down, across in sides:
        rows, columns = np.nonzero(inner & ~beyond)
        starts = zip((rows + down).tolist(), (columns + across).tolist(), strict=True)
        edges.update((y, x, direction) for y, x in starts)
    return edges
