"""Boxes around ink."""

from __future__ import annotations

import numpy as np

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas

_BYTES = 1 << 22
"""Pixels of patches processed at a time."""


def spans(canvas_owner: Ints, boxes: Ints, count: int) -> tuple[Floats, Floats]:
    """Return the box around all ink of each image.

    Returns
    -------
    low, high : ndarray of float64, shape (count, 2)
        x, y of its corners; inf and -inf if the image has no ink.
    """
    inked = boxes[:, 2:3] > boxes[:, :1]
    low = np.full((count, 2), np.inf)
    high = np.full((count, 2), -np.inf)
    first = np.flatnonzero(np.diff(canvas_owner, prepend=-1))
    if len(first):
        own = canvas_owner[first]
        low[own] = np.minimum.reduceat(np.where(inked, boxes[:, :2], np.inf), first)
        high[own] = np.maximum.reduceat(np.where(inked, boxes[:, 2:], -np.inf), first)
    return low, high


def line_rows(canvas: Canvas) -> tuple[Floats, Floats]:
    """Return the first row of each image's line, and the row after its last: shape (B,).

    They are those of its cells, or those of the image where it is no higher than its line.
    """
    count, height = canvas.images.shape[:2]
    if height == canvas.line_height:
        return np.zeros(count), np.full(count, float(height))
    low, high = spans(canvas.owner, canvas.boxes, count)
    bare = ~np.isfinite(low[:, 1])
    return np.where(bare, 0, low[:, 1]), np.where(bare, height, high[:, 1])


def tightened(images: Pixels, boxes: Ints, owner: Ints) -> Ints:
    """Shrink boxes to the pixels in them that are darker than white.

    On white paper this makes a rough box exact. On any other paper boxes do not
    change, and neither does a box that contains only white.

    Parameters
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
    boxes : ndarray of int64, shape (N, 4)
        Within their images; an empty box stays empty.
    owner : ndarray of int64, shape (N,)
    """
    grey = np.ascontiguousarray(images if images.ndim == 3 else images.min(axis=3))
    return shrunk(grey, boxes, owner)


@accelerated("boxes")
def shrunk(grey: Pixels, boxes: Ints, owner: Ints) -> Ints:
    """Shrink boxes as `tightened` does, on grey images."""
    result = boxes.copy()
    sizes = boxes[:, 2:] - boxes[:, :2]
    filled = np.flatnonzero((sizes > 0).all(axis=1))
    # Widest first, so that patches cut out together have similar sizes.
    order = filled[np.argsort(-sizes[filled, 0], kind="stable")]
    while len(order):
        each = max(1, _BYTES // int(sizes[order[0], 0] * grey.shape[1]))
        some, order = order[:each], order[each:]
        result[some] = _shrunk(grey, boxes[some], owner[some])
    return result


def _shrunk(images: Pixels, boxes: Ints, owner: Ints) -> Ints:
    height, width = images.shape[1:]
    widest = int((boxes[:, 2] - boxes[:, 0]).max())
    left = np.minimum(boxes[:, 0], width - widest)
    # A view of all possible rows of a patch, each as one item, makes this a single lookup.
    item = np.dtype(f"V{widest}")
    rows: np.ndarray[tuple[int, ...], np.dtype[np.void]] = np.ndarray(
        (len(images), width - widest + 1, height),
        dtype=item,
        buffer=images,
        strides=(images.strides[0], 1, width),
    )
    patches = rows[owner, left].view(np.uint8).reshape(len(boxes), height, widest)
    x, y = left[:, None] + np.arange(widest), np.arange(height)
    dark = patches < 255
    dark &= ((x >= boxes[:, :1]) & (x < boxes[:, 2:3]))[:, None, :]
    dark &= ((y >= boxes[:, 1:2]) & (y < boxes[:, 3:]))[:, :, None]
    result = boxes.copy()
    for axis, start, inked in ((0, left, dark.any(axis=1)), (1, 0 * left, dark.any(axis=2))):
        found = inked.any(axis=1)
        first = start + inked.argmax(axis=1)
        last = start + inked.shape[1] - inked[:, ::-1].argmax(axis=1)
        result[found, axis] = first[found]
        result[found, axis + 2] = last[found]
    return result
