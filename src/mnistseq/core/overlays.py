"""Draw boxes and masks over an image, with a different colour for each glyph."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels

Number = TypeVar("Number", np.uint8, np.uint16)

_COLOURS: NDArray[np.uint8] = np.array(
    [(213, 94, 0), (0, 114, 178), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233)],
    np.uint8,
)
"""Distinguishable by colour-blind people (Okabe and Ito, 2008)."""


def draw_boxes(image: Pixels, boxes: Ints) -> Pixels:
    """Draw the outline of each box, one pixel wide, inside the box.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    boxes : ndarray of int64, shape (L, 4)
        x0, y0, x1, y1, half open.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    drawn = as_rgb(image)
    height, width = image.shape[:2]
    inside = np.clip(boxes, 0, [width, height, width, height])
    for number, (x0, y0, x1, y1) in enumerate(inside.tolist()):
        if x0 >= x1 or y0 >= y1:
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        drawn[[y0, y1 - 1], x0:x1] = colour
        drawn[y0:y1, [x0, x1 - 1]] = colour
    return drawn


def draw_mask(image: Pixels, mask: NDArray[np.integer]) -> Pixels:
    """Tint the ink of each glyph.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    mask : ndarray of int, shape (height, width)
        0 for the background, 1 for the first glyph, and so on.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    drawn = as_rgb(image)
    inked = mask > 0
    tints = _COLOURS[(mask[inked] - 1) % len(_COLOURS)].astype(np.uint16)
    drawn[inked] = ((drawn[inked] + 2 * tints) // 3).astype(np.uint8)
    return drawn


def enlarge(image: NDArray[Number], scale: int) -> NDArray[Number]:
    """Repeat each pixel `scale` times in both directions."""
    return np.repeat(np.repeat(image, scale, axis=0), scale, axis=1)


def as_rgb(image: Pixels) -> Pixels:
    """Return a copy with three channels."""
    return image.copy() if image.ndim == 3 else np.repeat(image[:, :, None], 3, axis=2)
