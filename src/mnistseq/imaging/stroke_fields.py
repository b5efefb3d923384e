"""Distance fields of pen strokes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Pixels
from mnistseq.core.distance_fields import UNITS
from mnistseq.imaging.distance_fields import MASK_HEIGHT, distance_fields

_MASK_PIXELS = MASK_HEIGHT // UNITS
"""Pixels of a mask in a unit."""


def stroke_fields(glyphs: Sequence[Sequence[Floats]]) -> Pixels:
    """Return the fields of glyphs in square cells.

    Parameters
    ----------
    glyphs : sequence of sequences of ndarray of float64, shape (n, 2)
        Strokes of each glyph: x and y of points in units, from the upper left corner of the cell.

    Returns
    -------
    ndarray of uint8, shape (N, height, height)
        As `mnistseq.core.distance_fields` describes them.
    """
    return distance_fields(_masks(glyphs))


def _masks(glyphs: Sequence[Sequence[Floats]]) -> Flags:
    """Draw the strokes as lines of one pixel: bool, shape (N, MASK_HEIGHT, MASK_HEIGHT)."""
    strokes = [stroke for glyph in glyphs for stroke in glyph]
    glyph_of_stroke = np.repeat(np.arange(len(glyphs)), [len(glyph) for glyph in glyphs])
    lengths = np.array([len(stroke) for stroke in strokes])
    points = np.concatenate(strokes) * _MASK_PIXELS
    glyph = np.repeat(glyph_of_stroke, lengths)
    # A line goes from each point to the next one; the last point of a stroke stays where it is.
    following = np.concatenate([points[1:], points[-1:]])
    last = np.cumsum(lengths) - 1
    following[last] = points[last]
    steps = np.ceil(np.abs(following - points).max(axis=1)).astype(np.int64) + 1
    line = np.repeat(np.arange(len(points)), steps)
    step = np.arange(len(line)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = (step / np.maximum(steps - 1, 1)[line])[:, None]
    pixels = np.floor(points[line] + (following - points)[line] * share).astype(np.int64)
    column, row = np.clip(pixels, 0, MASK_HEIGHT - 1).T
    masks = np.zeros((len(glyphs), MASK_HEIGHT, MASK_HEIGHT), dtype=np.bool_)
    masks[glyph[line], row, column] = True
    return masks
