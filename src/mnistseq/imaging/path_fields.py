"""Fields of distances to pen paths: from lines one pixel wide, and from pictures by thinning.

Everything is whole numbers, but for square roots, which every machine rounds equally. Only the
thinning itself is a library's own, and may differ between its versions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Flags, Pixels
from mnistseq.core.path_fields import FAR, FIELD_HEIGHT, FINE, STEPS, UNITS
from mnistseq.core.resample import resample
from mnistseq.optional_packages import import_optional

MASK_HEIGHT = 112
"""Rows of the masks that show paths, in which a line is one pixel wide."""

_TIMES = MASK_HEIGHT // FIELD_HEIGHT

_FINE_PER_PIXEL = STEPS * FINE * UNITS // MASK_HEIGHT

_INK = 0.4
"""Share of a picture's strongest ink from which a pixel belongs to a stroke."""


def distance_fields(masks: Flags) -> Pixels:
    """Return the distances to paths.

    Parameters
    ----------
    masks : ndarray of bool, shape (N, MASK_HEIGHT, 2 * W)
        True on lines one pixel wide. A quarter of a unit is one pixel.

    Returns
    -------
    ndarray of uint8, shape (N, FIELD_HEIGHT, W)
        All `FAR` where a mask is empty.
    """
    # Slow to import, and not needed once the fields are in the cache.
    from scipy.ndimage import distance_transform_edt  # type: ignore[import-untyped]

    fields = np.full((len(masks), FIELD_HEIGHT, masks.shape[2] // _TIMES), FAR, dtype=np.uint8)
    for index, mask in enumerate(masks):
        if mask.any():
            distances = distance_transform_edt(~mask)
            fine = np.rint(np.minimum(distances, MASK_HEIGHT) * _FINE_PER_PIXEL).astype(np.int64)
            blocks = fine.reshape(FIELD_HEIGHT, _TIMES, -1, _TIMES).sum(axis=(1, 3))
            steps = (blocks + FINE * _TIMES**2 // 2) // (FINE * _TIMES**2)
            fields[index] = np.minimum(steps, FAR)
    return fields


def picture_field(picture: Pixels) -> Pixels:
    """Return the field of a picture's strokes, which are thinned to their middle lines.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width) or (height, width, 3)
        Ink on a background of 0.

    Returns
    -------
    ndarray of uint8, shape (FIELD_HEIGHT, W)
        All `FAR` where there is no ink.
    """
    # Slow to import, and rarely needed, as above.
    skeletonize = import_optional(
        "skimage.morphology", "a pen that draws pictures", "scikit-image"
    ).skeletonize
    if picture.ndim == 3:
        picture = picture.max(axis=2)
    width = field_width(*picture.shape)
    large = resample(resample(picture[None], 1, MASK_HEIGHT), 2, width * _TIMES)[0]
    smooth = _smoothed(_smoothed(large.astype(np.uint16), 0), 1)
    strokes = smooth > int(smooth.max() * _INK)
    field: Pixels = distance_fields(skeletonize(strokes)[None])[0]
    return field


def field_width(height: int, width: int) -> int:
    """Width of the field of a picture, in its own pixels."""
    return max(1, round(width * FIELD_HEIGHT / height))


def _smoothed(values: NDArray[np.uint16], axis: int) -> NDArray[np.uint16]:
    """Return 16 times the values, smoothed along an axis with weights 1 4 6 4 1."""
    padded = np.pad(values, [(2, 2) if axis == other else (0, 0) for other in range(2)])
    padded = padded.swapaxes(0, axis)
    total: NDArray[np.uint16] = padded[:-4] + padded[4:]
    total += 4 * (padded[1:-3] + padded[3:-1]) + 6 * padded[2:-2]
    return total.swapaxes(0, axis)
