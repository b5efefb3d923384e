"""Compiled part of measuring the thickness of strokes."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def ink_and_edges(pictures: Pixels, widths: Ints, paper: int) -> Ints:
    """See `mnistseq.imaging.stroke_width`."""
    result = np.zeros((len(pictures), 2), dtype=np.int64)
    _measure(pictures, widths, np.int32(paper), result)
    return result


@compiled
def _measure(pictures: Any, widths: Any, paper: Any, result: Any) -> None:
    height = pictures.shape[1]
    nothing = np.full(pictures.shape[2], np.uint8(paper))
    for row in range(len(pictures)):
        width, above = widths[row], nothing
        for y in range(height):
            own = pictures[row, y]
            total = np.int32(0)
            edges = np.int32(_difference(own[0], paper) + _difference(own[width - 1], paper))
            for x in range(width):
                total = np.int32(total + _difference(own[x], paper))
                edges = np.int32(edges + _difference(own[x], above[x]))
            for x in range(1, width):
                edges = np.int32(edges + _difference(own[x], own[x - 1]))
            result[row, 0] += total
            result[row, 1] += edges
            above = own
        for x in range(width):
            result[row, 1] += _difference(above[x], paper)


@compiled
def _difference(one: Any, other: Any) -> Any:
    return np.int32(abs(np.int32(one) - np.int32(other)))
