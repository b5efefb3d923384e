"""Tracking boxes through any transform that can also move a segmentation map.

Each glyph's cell and ink are marked in a map of glyph numbers. After the transform, boxes are
measured around the numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Flags, Ints, Pixels

Segments = NDArray[np.int32]

_LEAST_AREA = 0.5
_LEAST_CONTRAST = 16

_REACH = 2
"""Pixels by which ink may spread beyond its segment, as in a blur."""


def segmented(image: Pixels, boxes: Ints, inks: Ints) -> Segments:
    """Return maps of cells and ink with glyph numbers from 1: int32, (height, width, 2 * planes).

    Cells that overlap are on different planes; the planes of the ink follow.
    """
    planes = _apart(boxes)
    segments = np.zeros((*image.shape[:2], 2 * planes), np.int32)
    for glyph, (box, ink_box) in enumerate(zip(boxes, inks, strict=True)):
        plane = glyph % planes
        segments[box[1] : box[3], box[0] : box[2], plane] = glyph + 1
        part = slice(ink_box[1], ink_box[3]), slice(ink_box[0], ink_box[2])
        segments[(*part, planes + plane)][_dark(image[part])] = glyph + 1
    return segments


def _apart(boxes: Ints) -> int:
    """Return the smallest step such that no two glyphs that many apart overlap."""
    for step in range(1, len(boxes)):
        if (boxes[step:, 0] >= boxes[:-step, 2]).all():
            return step
    return max(1, len(boxes))


def cells(segments: Segments, count: int) -> Ints:
    """Return the boxes around the cells in a map."""
    planes = segments.shape[2] // 2
    found = [_around(segments[..., glyph % planes] == glyph + 1, 0) for glyph in range(count)]
    return np.array(found)


def measured(
    image: Pixels, changed: Pixels, before: Segments, after: Segments, inks: Ints
) -> Ints | None:
    """Return the ink boxes after a transform, or None if a glyph is lost."""
    planes = before.shape[2] // 2
    boxes = np.zeros_like(inks)
    still = np.array_equal(before, after)
    for glyph, ink_box in enumerate(inks):
        plane = planes + glyph % planes
        was, now = before[..., plane] == glyph + 1, after[..., plane] == glyph + 1
        if not was.any():
            continue
        if now.sum() < was.sum() * _LEAST_AREA:
            return None
        box = _inked(changed, _around(now, _REACH))
        if box is None:
            return None
        # Pale edges are ink, too: as far as they reached before, or 1 pixel if the glyph moved.
        start = _inked(image, _around(was, _REACH))
        if still and start is not None:
            boxes[glyph] = _within(box + np.clip(ink_box - start, -_REACH, _REACH), changed.shape)
        else:
            reach = _around(now, _REACH)
            wider = _within(box + np.array([-1, -1, 1, 1]), changed.shape)
            boxes[glyph, :2] = np.maximum(wider[:2], reach[:2])
            boxes[glyph, 2:] = np.minimum(wider[2:], reach[2:])
    return boxes


def _inked(image: Pixels, box: Ints) -> Ints | None:
    """Return the box shrunk to pixels clearly darker than its palest one, or None if there are none."""
    x0, y0, x1, y1 = box
    patch = image[y0:y1, x0:x1]
    if int(patch.max()) - int(patch.min()) < _LEAST_CONTRAST:
        return box if patch[..., None].shape[:2] == (1, 1) else None
    narrowed: Ints = _around(_dark(patch), 0) + np.array([x0, y0, x0, y0])
    return narrowed


def _dark(patch: Pixels) -> Flags:
    grey: Pixels = patch if patch.ndim == 2 else patch.min(axis=2)
    if not grey.size:
        return np.zeros(grey.shape, np.bool_)
    darkest, palest = int(grey.min()), int(grey.max())
    dark: Flags = grey <= palest - (palest - darkest) // 8
    return dark


def _around(where: Flags, margin: int) -> Ints:
    """Return the box around true pixels, with a margin, clipped to the image; 0 if there are none."""
    y, x = np.nonzero(where)
    if not len(y):
        return np.zeros(4, dtype=np.int64)
    box = np.array([x.min() - margin, y.min() - margin, x.max() + 1 + margin, y.max() + 1 + margin])
    return _within(box, where.shape)


def _within(box: Ints, shape: tuple[int, ...]) -> Ints:
    inside: Ints = np.clip(box, 0, [shape[1], shape[0]] * 2)
    return inside
