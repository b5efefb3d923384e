"""Glyph transforms that only move glyphs, and how they move pictures."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.glyph_cells import boxes_of
from mnistseq.core.motion import Box, Motion, RowEnds, area_of, fitted, inverse, reach_of
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.parameters import Checked
from mnistseq.imaging.patterns import with_changed
from mnistseq.imaging.warp import warp_affine

_SMALLEST = 0.55
"""Below this scale, lines of one pixel fall between the pixels of the result."""


class Move(Checked, GlyphTransform):
    """Base of transforms that only move glyphs."""

    @abstractmethod
    def motion(self, height: int, stream: GlyphStream) -> Motion:
        """See `GlyphTransform`."""

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Move each glyph."""
        return move(glyphs, *self.motion(glyphs.shape[1], stream))


def move(
    glyphs: Pixels,
    linear: Floats,
    shift: Floats,
    anchor: tuple[float, float] = (0.5, 0.5),
    rise: Floats | float = 0.0,
) -> Pixels:
    """Map each glyph about a point of its ink box, as far as its picture has room.

    A glyph that would not fit is shrunk, and is shifted no further than to the
    edge. A glyph that would become too small, such as a long dash turned
    upright in a flat picture, is left unchanged.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    linear, shift, anchor, rise
        See `Motion`.
    """
    boxes = boxes_of(glyphs)
    rise = np.broadcast_to(rise, len(glyphs))
    moving = (linear != np.eye(2)).any(axis=(1, 2)) | shift.any(axis=1) | (rise != 0)
    rows = np.flatnonzero(moving & (boxes[:, 2] > 0))
    if not len(rows):
        return glyphs
    shift = shift - rise[:, None] * (0, 1) * (boxes[:, 3:] - boxes[:, 1:2])
    chosen = boxes[rows], linear[rows], shift[rows]
    return with_changed(glyphs, rows, lambda some: _moved(some, *chosen, anchor))


def _moved(
    glyphs: Pixels, boxes: Ints, linear: Floats, shift: Floats, anchor: tuple[float, float]
) -> Pixels:
    """Move glyphs that have ink, and return them."""
    box = Box(boxes[:, :2], boxes[:, 2:] - 1)
    fixed = box.first + (box.last - box.first) * np.array(anchor)
    frame = np.array([glyphs.shape[2], glyphs.shape[1]])
    fading = np.ones(2)  # a pixel fades to 0 at the centre of the next one
    reach = reach_of(linear, fixed, box, fading, frame + 1, lambda rows: _row_ends(glyphs[rows]))
    size, target = fitted(fixed + shift, reach, frame)
    area = area_of(linear)
    matrices = inverse(linear * size[:, None, None], area * size**2, fixed, target)
    matrices[size * np.sqrt(np.abs(area)) < _SMALLEST] = np.eye(2, 3)
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
        See `Motion`.
    """
    cos, sin = np.cos(np.radians(angle)) * scale, np.sin(np.radians(angle)) * scale
    lean = np.tan(np.radians(slant))
    rows = [[cos, -sin - cos * lean], [sin, cos - sin * lean]]
    return np.moveaxis(np.array(rows), 2, 0)


def _row_ends(glyphs: Pixels) -> RowEnds:
    inked: Flags = (glyphs.max(axis=3) if glyphs.ndim == 4 else glyphs) != 0
    height, width = inked.shape[1:]
    left: Ints = inked.argmax(axis=2)
    right: Ints = width - 1 - inked[:, :, ::-1].argmax(axis=2)
    some: Flags = np.any(inked, axis=2)
    return RowEnds(left, right, np.arange(height), some)
