"""Compiled version of recognising plain ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def plain_ones(grey: Pixels, boxes: Ints, inked: int) -> tuple[Flags, Floats, Floats]:
    """See `mnistseq.glyph_transforms.flags`."""
    plain, ends = np.zeros(len(grey), dtype=np.bool_), np.zeros((2, len(grey)))
    _examine(grey, boxes, inked, plain, ends)
    return plain, ends[0], ends[1]


@compiled
def _examine(grey: Any, boxes: Any, inked: Any, plain: Any, ends: Any) -> None:
    for glyph in range(len(grey)):
        left, top, right, foot = boxes[glyph]
        tall, rows, wide, bars = foot - top, 0, 0, 0
        if tall <= 4 or right - left >= tall:
            continue
        for y in range(top, foot):
            if bars or wide > 0.1 * tall:
                break
            first, last = left, right
            while first < last and grey[glyph, y, first] < inked:
                first += 1
            if first == last:
                continue
            while grey[glyph, y, last - 1] < inked:
                last -= 1
            middle = (first + last) / 2
            ends[1, glyph] = middle
            if not rows:
                ends[0, glyph] = middle
            rows += 1
            if last - first > 0.25 * tall:
                wide += 1
                bars += y - top < 0.4 * tall
        plain[glyph] = rows > 0 and wide <= 0.1 * rows and not bars
