"""Measures of an image that need no knowledge of how it was drawn."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Pixels

_DARKEST = 2
"""Percentage of pixels that count as the darkest or lightest."""

_INKED = 64
"""Pixels that differ from the paper by this many levels are ink."""


def grey(image: Pixels) -> Pixels:
    """Return the image in grey: the mean of its channels."""
    return image if image.ndim == 2 else image.mean(axis=2).astype(np.uint8)


def paper(image: Pixels) -> float:
    """Return the level of the background: the median."""
    return float(np.median(grey(image)))


def contrast(image: Pixels) -> float:
    """Return the difference between ink, the darkest or lightest 2 %, and paper in levels."""
    pixels = grey(image)
    dark, light = np.percentile(pixels, [_DARKEST, 100 - _DARKEST])
    level = np.median(pixels)
    return float(max(level - dark, light - level))


def ink_share(image: Pixels) -> float:
    """Return the share of pixels that are ink."""
    pixels = grey(image).astype(int)
    return float((np.abs(pixels - np.median(pixels)) >= _INKED).mean())


def stroke_width(image: Pixels) -> float:
    """Return the average width of strokes as a share of the height; 0 without ink.

    This is twice the area of the ink divided by the length of its outline.
    """
    pixels = grey(image).astype(int)
    ink = np.pad(np.abs(pixels - np.median(pixels)) >= _INKED, 1)
    outline = sum(int((ink ^ np.roll(ink, 1, axis)).sum()) for axis in (0, 1))
    # Pixel steps overestimate the length of slanted outlines by 4 / pi on average.
    return 2 * float(ink.sum()) * 4 / np.pi / outline / image.shape[0] if outline else 0.0
