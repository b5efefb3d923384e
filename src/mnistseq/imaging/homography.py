"""Projective maps of the plane, computed with sums and products only, so equal on all machines."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Floats


def onto(corners: Floats, sizes: Floats) -> Floats:
    """Return the maps from each image's rectangle to four corners.

    Parameters
    ----------
    corners : ndarray of float64, shape (B, 4, 2)
        x, y of each corner, clockwise from the upper left.
    sizes : ndarray of float64, shape (B, 2)
        Width and height of each rectangle.

    Returns
    -------
    ndarray of float64, shape (B, 3, 3)

    Notes
    -----
    Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), 2.2.3.
    """
    width, height = sizes[:, 0], sizes[:, 1]
    p0, p1, p2, p3 = (corners[:, index] for index in range(4))
    d1, d2, bend = p1 - p2, p3 - p2, p0 - p1 + p2 - p3
    area = _cross(d1, d2)
    g = _cross(bend, d2) / area
    h = _cross(d1, bend) / area
    maps = np.empty((len(corners), 3, 3))
    maps[:, :2, 0] = (p1 - p0 + g[:, None] * p1) / width[:, None]
    maps[:, :2, 1] = (p3 - p0 + h[:, None] * p3) / height[:, None]
    maps[:, :2, 2] = p0
    maps[:, 2, 0] = g / width
    maps[:, 2, 1] = h / height
    maps[:, 2, 2] = 1
    return maps


def inverse(maps: Floats) -> Floats:
    """Return the inverse maps, up to a factor, which does not matter in a projective map."""
    a, b, c = (maps[:, row] for row in range(3))
    return np.stack([_cross3(b, c), _cross3(c, a), _cross3(a, b)], axis=2)


def applied(maps: Floats, points: Floats) -> Floats:
    """Map points.

    Parameters
    ----------
    maps : ndarray of float64, shape (N, 3, 3)
    points : ndarray of float64, shape (N, K, 2)
    """
    x, y = points[:, :, 0, None], points[:, :, 1, None]
    m = maps[:, None]
    moved = m[..., 0] * x + m[..., 1] * y + m[..., 2]
    result: Floats = moved[..., :2] / moved[..., 2:]
    return result


def _cross(a: Floats, b: Floats) -> Floats:
    product: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product


def _cross3(a: Floats, b: Floats) -> Floats:
    return np.stack(
        [a[:, i] * b[:, j] - a[:, j] * b[:, i] for i, j in ((1, 2), (2, 0), (0, 1))], axis=1
    )
