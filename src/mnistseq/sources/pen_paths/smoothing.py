"""Smoothing strokes, so that the steps of coarse tablets disappear."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Floats

_CUTS = 2
"""How often corners are cut; each time doubles the number of points."""


def smooth(stroke: Floats) -> Floats:
    """Smooth a stroke: a Gaussian of one sample, then rounded corners; its ends stay in place.

    Points that repeat the one before count once, so the samples of a coarse tablet are its
    steps, and those of a fine one stay nearly as they are.

    Parameters
    ----------
    stroke : ndarray of float64, shape (n, 2)

    Returns
    -------
    ndarray of float64, shape (m, 2)
    """
    moved = np.any(stroke[1:] != stroke[:-1], axis=1)
    points: Floats = stroke[np.concatenate([[True], moved])]
    if len(points) < 3:
        return points
    # Binomial weights have the variance of a Gaussian of one sample, and are exact everywhere.
    start, end = 2 * points[:1] - points[2:0:-1], 2 * points[-1:] - points[-2:-4:-1]
    wide = np.concatenate([start, points, end])
    points = (wide[:-4] + wide[4:] + 4 * (wide[1:-3] + wide[3:-1]) + 6 * wide[2:-2]) / 16
    for _ in range(_CUTS):
        points = _cut_corners(points)
    return points


def _cut_corners(points: Floats) -> Floats:
    """Replace each corner by two points (Chaikin's algorithm)."""
    first, second = points[:-1], points[1:]
    cut = np.empty((2 * len(first), 2))
    cut[0::2], cut[1::2] = (3 * first + second) / 4, (first + 3 * second) / 4
    corners: Floats = np.concatenate([points[:1], cut, points[-1:]])
    return corners
