"""Compiled part of measuring the thickness of strokes."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def ink_and_edges(ink: Pixels, widths: Ints) -> Ints:
    """See `mnistseq.imaging.stroke_width`."""
    result = np.zeros((len(ink), 2), dtype=np.int64)
    _measure(ink, widths, result)
    return result


@compiled
def _measure(ink: Any, widths: Any, result: Any) -> None:
    height = ink.shape[1]
    nothing = np.zeros(ink.shape[2], np.uint8)
    for row in range(len(ink)):
        width, above = widths[row], nothing
        for y in range(height):
            own = ink[row, y]
            total, edges = np.int32(0), np.int32(own[0]) + np.int32(own[width - 1])
            for x in range(width):
                total = np.int32(total + np.int32(own[x]))
                edges = np.int32(edges + _difference(own[x], above[x]))
            for x in range(1, width):
                edges = np.int32(edges + _difference(own[x], own[x - 1]))
            result[row, 0] += total
            result[row, 1] += edges
            above = own
        for x in range(width):
            result[row, 1] += above[x]


@compiled
def _difference(one: Any, other: Any) -> Any:
    return np.int32(abs(np.int32(one) - np.int32(other)))
