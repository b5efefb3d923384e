"""Distance fields of pen paths: made from lines one pixel wide, or from pictures by thinning.

All numbers are integers except square roots, which every machine rounds equally. Only the
thinning is done by a library, and may differ between its versions.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Flags, Pixels
from mnistseq.core.distance_fields import FAR, FIELD_HEIGHT, FINE, STEPS, UNITS
from mnistseq.core.resample import resample
from mnistseq.optional_packages import import_optional

MASK_HEIGHT = 112
"""Rows of the masks that show paths, in which a line is one pixel wide."""

_TIMES = MASK_HEIGHT // FIELD_HEIGHT

_FINE_PER_PIXEL = STEPS * FINE * UNITS // MASK_HEIGHT

_REACH = FAR * MASK_HEIGHT // (STEPS * UNITS) + 5
"""Pixels of a mask from which every distance is `FAR`, and a few more for blocks that reach beyond."""

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
    fields = np.full((len(masks), FIELD_HEIGHT, masks.shape[2] // _TIMES), FAR, dtype=np.uint8)
    for index, mask in enumerate(masks):
        if mask.any():
            fine = _fine_distances().take(_squared_distances(mask))
            lines = np.sum([fine[row::_TIMES] for row in range(_TIMES)], axis=0)
            blocks = np.sum([lines[:, column::_TIMES] for column in range(_TIMES)], axis=0)
            steps = (blocks + FINE * _TIMES**2 // 2) // (FINE * _TIMES**2)
            fields[index] = np.minimum(steps, FAR)
    return fields


def _squared_distances(mask: Flags) -> NDArray[np.uint16]:
    """Return the square of each pixel's distance to the nearest line; at most that of `_REACH`."""
    height = len(mask)
    rows = np.arange(height, dtype=np.int16)[:, None]
    above = np.maximum.accumulate(np.where(mask, rows, -_REACH), axis=0)
    below = np.minimum.accumulate(np.where(mask, rows, height + _REACH)[::-1], axis=0)[::-1]
    away = np.minimum(np.minimum(rows - above, below - rows), _REACH)
    # The nearest line is in one of the columns within reach, above or below. Columns are
    # contiguous, so those on one side of all pixels are one piece of memory.
    nearest = np.ascontiguousarray((away * away).T.astype(np.uint16))
    first, last = _span(mask.max(axis=0))
    lines = nearest[first:last].copy()
    for step in range(1, _REACH):
        further = lines + np.uint16(step * step)
        right = nearest[first + step : last + step]
        np.minimum(right, further[: len(right)], out=right)
        left = nearest[max(first - step, 0) : max(last - step, 0)]
        np.minimum(left, further[len(further) - len(left) :], out=left)
    return nearest.T


@cache
def _fine_distances() -> NDArray[np.int32]:
    """Return the distance for each squared distance, in fine steps."""
    distances = np.sqrt(np.arange(_REACH**2 + 1)) * _FINE_PER_PIXEL
    fine: NDArray[np.int32] = np.rint(distances).astype(np.int32)
    return fine


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
    # Slow to import, and not needed once the fields are in the cache.
    skeletonize = import_optional(
        "skimage.morphology", "a pen that draws pictures", "scikit-image"
    ).skeletonize
    if picture.ndim == 3:
        picture = picture.max(axis=2)
    width = field_width(*picture.shape)
    # Whole rows are scaled faster than the pixels of each.
    tall = resample(picture[None], 1, MASK_HEIGHT)[0].T
    large = resample(tall[None], 1, width * _TIMES)[0].T
    smooth = _smoothed(_smoothed(large.astype(np.uint16), 0), 1)
    strokes = smooth > int(smooth.max() * _INK)
    lines = np.zeros_like(strokes)
    if strokes.any():
        part = tuple(slice(*_span(strokes.max(axis=axis))) for axis in (1, 0))
        lines[part] = skeletonize(strokes[part])
    field: Pixels = distance_fields(lines[None])[0]
    return field


def _span(inked: Flags) -> tuple[int, int]:
    """Return the first index that is true, and the one after the last."""
    return int(inked.argmax()), len(inked) - int(inked[::-1].argmax())


def field_width(height: int, width: int) -> int:
    """Width of the field of a picture, in its own pixels."""
    return max(1, round(width * FIELD_HEIGHT / height))


def _smoothed(values: NDArray[np.uint16], axis: int) -> NDArray[np.uint16]:
    """Return 16 times the values, smoothed along an axis with weights 1 4 6 4 1."""
    shape = [length + 4 if axis == other else length for other, length in enumerate(values.shape)]
    padded, size = np.zeros(shape, np.uint16), values.shape[axis]

    def moved(by: int) -> NDArray[np.uint16]:
        return padded[by : by + size] if axis == 0 else padded[:, by : by + size]

    moved(2)[:] = values
    total = moved(1) + moved(3)
    total *= np.uint16(4)
    total += moved(0)
    total += moved(4)
    total += np.uint16(6) * values
    return total
