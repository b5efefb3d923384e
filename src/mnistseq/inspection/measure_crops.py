"""Measure what crops of handwriting look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.imaging.stroke_width import stroke_widths

QUANTILES = (5, 50, 95)
"""Percentiles that describe a distribution."""

_SLANTS = range(-30, 46, 3)
"""Angles to try, in degrees."""

_INKED = 128
"""Threshold above which pixels are strokes, from 0 for paper to 255 for the darkest ink."""


@dataclass(frozen=True)
class CropMeasures:
    """The appearance of crops: percentiles 5, 50 and 95 of each measure.

    Attributes
    ----------
    height : tuple of float
        Height of the image, in pixels.
    ink_height : tuple of float
        Height of the ink as a share of the height of the image.
    left, right : tuple of float
        Width of the paper beside the ink as a share of the height of the image.
    paper : tuple of float
        Grey level of the paper: the upper quartile of the pixels.
    contrast : tuple of float
        Difference between the paper and the darkest 2 % as a share of the paper's grey level.
    stroke : tuple of float
        Thickness of the strokes, as a share of the height of the ink.
    slant : tuple of float
        Slant in degrees, positive to the right.
    roughness : tuple of float
        Median difference between neighbouring pixels of the paper.
    """

    crops: int
    height: tuple[float, ...]
    ink_height: tuple[float, ...]
    left: tuple[float, ...]
    right: tuple[float, ...]
    paper: tuple[float, ...]
    contrast: tuple[float, ...]
    stroke: tuple[float, ...]
    slant: tuple[float, ...]
    roughness: tuple[float, ...]

    @property
    def quantiles(self) -> dict[str, tuple[float, ...]]:
        """The percentiles of each measure."""
        return {name: value for name, value in vars(self).items() if name != "crops"}

    @classmethod
    def of(cls, crops: Iterable[Pixels]) -> CropMeasures:
        """Measure grey crops with dark ink on lighter paper; others are ignored."""
        rows = [found for crop in crops if (found := _measure(crop)) is not None]
        if not rows:
            raise ValueError("no crop has dark ink on lighter paper")
        columns: Mapping[str, tuple[float, ...]] = {
            name: tuple(
                round(float(value), 3)
                for value in np.percentile([row[name] for row in rows], QUANTILES)
            )
            for name in rows[0]
        }
        return cls(len(rows), **columns)


def _measure(crop: Pixels) -> dict[str, float] | None:
    """Return the measures of one crop; None if it has no ink, or light ink on dark paper."""
    pixels = crop.astype(np.int64)
    darkest, middle, paper, lightest = np.percentile(pixels, [2, 50, 75, 98])
    if paper - darkest < 8 or lightest - middle > middle - darkest:
        return None
    ink = np.clip((paper - pixels) * 255 / (paper - darkest), 0, 255).astype(np.uint8)
    y, x = (_extent(np.count_nonzero(ink >= _INKED, axis=axis)) for axis in (1, 0))
    tall = y[1] - y[0]
    height, width = crop.shape
    within = ink[y[0] : y[1], x[0] : x[1]]
    light = pixels >= np.median(pixels)
    steps = np.abs(np.diff(pixels, axis=1))[light[:, 1:] & light[:, :-1]]
    return {
        "height": height,
        "ink_height": tall / height,
        "left": x[0] / height,
        "right": (width - x[1]) / height,
        "paper": float(paper),
        "contrast": float((paper - darkest) / paper),
        "stroke": float(stroke_widths(_strokes(within)[None])[0]) / tall,
        "slant": float(_slant(within)),
        "roughness": float(np.median(steps)) if len(steps) else 0.0,
    }


def _extent(inked: Ints) -> tuple[int, int]:
    """Return the first and last line with ink, ignoring a hundredth of the ink at each end."""
    share = np.cumsum(inked) / max(int(inked.sum()), 1)
    first, last = np.searchsorted(share, [0.01, 0.99])
    return int(first), int(last) + 1


def _strokes(ink: Pixels) -> Pixels:
    """Increase the contrast of ink, so that print on the paper does not count as strokes."""
    strong: Pixels = np.clip((ink.astype(np.int64) - 64) * 2, 0, 255).astype(np.uint8)
    return strong


def _slant(ink: Pixels) -> int:
    """Return the slant: the angle at which sheared strokes fill the fewest columns.

    This is the shear whose column sums have the greatest sum of squares (A. Vinciarelli,
    J. Luettin, 2001).
    """
    y, x = np.nonzero(ink >= _INKED)
    rows = len(ink) - y

    def upright(degrees: int) -> int:
        columns = np.rint(x - rows * np.tan(np.radians(degrees))).astype(np.int64)
        sums: NDArray[np.int64] = np.bincount(columns - columns.min())
        return int((sums * sums).sum())

    return max(_SLANTS, key=lambda degrees: (upright(degrees), -abs(degrees)))
