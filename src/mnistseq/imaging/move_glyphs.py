"""Affine maps of glyphs that keep all ink inside the picture."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.glyph_cells import boxes_of
from mnistseq.imaging.warp import warp_affine

_SMALLEST = 0.55
"""Below this scale, lines of one pixel fall between the pixels of the result."""


def move(
    glyphs: Pixels,
    linear: Floats,
    shift: Floats,
    anchor: tuple[float, float] = (0.5, 0.5),
) -> Pixels:
    """Map each glyph about a point of its ink box, as far as its picture has room.

    A glyph that would not fit is shrunk, and is shifted no further than to the
    edge. A glyph that would become too small, such as a long dash turned
    upright in a flat picture, is left unchanged.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    linear : ndarray of float64, shape (N, 2, 2)
        The columns are the images of a step to the right and of a step down; x before y.
    shift : ndarray of float64, shape (N, 2)
        Shift in pixels to the right and down.
    anchor : tuple of float
        The fixed point, apart from the shift: 0, 0 is the ink box's upper left
        corner, 1, 1 its lower right corner.
    """
    boxes = boxes_of(glyphs)
    first, last = boxes[:, :2], np.maximum(boxes[:, 2:] - 1, boxes[:, :2])
    fixed = first + (last - first) * np.array(anchor)
    frame = np.array([glyphs.shape[2], glyphs.shape[1]])
    low, high = _box_reach(linear, first - fixed, last - fixed)
    inked = boxes[:, 2] > 0
    across, down = (high - low > frame + 1).T
    wide = np.flatnonzero((across | down) & inked)
    if len(wide):
        low[wide], high[wide] = _ink_reach(glyphs[wide], linear[wide], fixed[wide])
    # A pixel fades to 0 at the centre of the next one, so the limits are the centres just
    # outside the picture.
    room = (frame + 1) / (high - low)
    size = np.minimum(1.0, np.minimum(room[:, 0], room[:, 1]))
    area = linear[:, 0, 0] * linear[:, 1, 1] - linear[:, 0, 1] * linear[:, 1, 0]
    stays = ~inked | (size * np.sqrt(np.abs(area)) < _SMALLEST)
    target = fixed + shift
    target = np.minimum(np.maximum(target, -1 - size[:, None] * low), frame - size[:, None] * high)
    matrices = _inverse(linear * size[:, None, None], area * size**2, fixed, target)
    matrices[stays] = np.eye(2, 3)
    return warp_affine(glyphs, matrices, boxes)


def turned(angle: Floats, slant: Floats, scale: Floats) -> Floats:
    """Return matrices that slant to the right, then rotate clockwise, then scale.

    Parameters
    ----------
    angle, slant : ndarray of float64, shape (N,)
        Degrees.
    scale : ndarray of float64, shape (N,)

    Returns
    -------
    ndarray of float64, shape (N, 2, 2)
        See `move`.
    """
    cos, sin = np.cos(np.radians(angle)) * scale, np.sin(np.radians(angle)) * scale
    lean = np.tan(np.radians(slant))
    rows = [[cos, -sin - cos * lean], [sin, cos - sin * lean]]
    return np.moveaxis(np.array(rows), 2, 0)


def _box_reach(linear: Floats, first: Floats, last: Floats) -> tuple[Floats, Floats]:
    """Return how far the mapped ink box reaches from the anchor, including a pixel's fading."""
    middle = _mapped(linear, (first + last) / 2)
    half = _mapped(np.abs(linear), (last - first) / 2 + 1)
    return middle - half, middle + half


def _mapped(linear: Floats, points: Floats) -> Floats:
    """Return the mapped points; a matrix product in NumPy takes several times as long."""
    return linear[:, :, 0] * points[:, :1] + linear[:, :, 1] * points[:, 1:]


def _ink_reach(glyphs: Pixels, linear: Floats, fixed: Floats) -> tuple[Floats, Floats]:
    """Return the same for the ink itself: in every map, the ends of its rows reach furthest."""
    inked: Flags = (glyphs.max(axis=3) if glyphs.ndim == 4 else glyphs) != 0
    height, width = inked.shape[1:]
    left: Ints = inked.argmax(axis=2)
    right: Ints = width - 1 - inked[:, :, ::-1].argmax(axis=2)
    some = inked.any(axis=2)
    y = np.arange(height) - fixed[:, 1:]
    low, high = np.empty_like(fixed), np.empty_like(fixed)
    for axis in (0, 1):
        across, down = linear[:, axis, 0, None], linear[:, axis, 1, None] * y
        ends = [across * (end - fixed[:, :1]) + down for end in (left, right)]
        fading = np.abs(linear[:, axis]).sum(axis=1)
        low[:, axis] = np.where(some, np.minimum(*ends), np.inf).min(axis=1) - fading
        high[:, axis] = np.where(some, np.maximum(*ends), -np.inf).max(axis=1) + fading
    return low, high


def _inverse(linear: Floats, area: Floats, fixed: Floats, target: Floats) -> Floats:
    """Return maps from pixels of the result to pixels of the picture: shape (N, 2, 3)."""
    matrices = np.empty((len(linear), 2, 3))
    matrices[:, 0, 0] = linear[:, 1, 1] / area
    matrices[:, 0, 1] = -linear[:, 0, 1] / area
    matrices[:, 1, 0] = -linear[:, 1, 0] / area
    matrices[:, 1, 1] = linear[:, 0, 0] / area
    matrices[:, :, 2] = fixed - _mapped(matrices, target)
    return matrices
