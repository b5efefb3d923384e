"""Smooth strokes, so that the steps of coarse tablets disappear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnistseq.core.array_types import Floats

_SAMPLES = 10
"""Minimum number of samples along the longer side of a glyph; if there are fewer, points are added
to preserve the corners of lines with few points."""

_CUTS = 2
"""Number of times that corners are cut; each doubles the number of points."""


def smooth(strokes: Sequence[Floats]) -> list[Floats]:
    """Smooth the strokes of a glyph; their ends stay in place.

    Each is smoothed by a Gaussian with a sigma of one sample, and its corners are rounded.
    Repeated points count once, so that coarse tablets are smoothed over their steps, while strokes
    from fine ones hardly change.

    Parameters
    ----------
    strokes : sequence of ndarray of float64, shape (n, 2)
        At least one stroke.

    Returns
    -------
    list of ndarray of float64, shape (m, 2)
    """
    points = np.concatenate(strokes)
    longest = float((points.max(axis=0) - points.min(axis=0)).max()) / _SAMPLES
    return [_smooth(stroke, longest) for stroke in strokes]


def _smooth(stroke: Floats, longest: float) -> Floats:
    moved = np.any(stroke[1:] != stroke[:-1], axis=1)
    points: Floats = stroke[np.concatenate([[True], moved])]
    if len(points) < 3:
        return points
    points = _filled(points, longest)
    # Binomial weights have the variance of that Gaussian, and are exact on all machines.
    start, end = 2 * points[:1] - points[2:0:-1], 2 * points[-1:] - points[-2:-4:-1]
    wide = np.concatenate([start, points, end])
    points = (wide[:-4] + wide[4:] + 4 * (wide[1:-3] + wide[3:-1]) + 6 * wide[2:-2]) / 16
    for _ in range(_CUTS):
        points = _cut_corners(points)
    return points


def _filled(points: Floats, longest: float) -> Floats:
    """Add points so that neighbours are at most `longest` apart."""
    change = points[1:] - points[:-1]
    parts = np.maximum(np.ceil(np.abs(change).max(axis=1) / longest), 1).astype(np.int64)
    line = np.repeat(np.arange(len(change)), parts)
    part = np.arange(len(line)) - np.repeat(np.cumsum(parts) - parts, parts)
    added = points[line] + change[line] * (part / parts[line])[:, None]
    return np.concatenate([added, points[-1:]])


def _cut_corners(points: Floats) -> Floats:
    """Replace each corner by two points (Chaikin's algorithm)."""
    first, second = points[:-1], points[1:]
    cut = np.empty((2 * len(first), 2))
    cut[0::2], cut[1::2] = (3 * first + second) / 4, (first + 3 * second) / 4
    corners: Floats = np.concatenate([points[:1], cut, points[-1:]])
    return corners
