"""Compiled version of finding the ink boxes of glyphs."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def boxes_of(glyphs: Pixels) -> Ints:
    """See `mnistseq.core.glyph_cells`."""
    result = np.zeros((len(glyphs), 4), dtype=np.int64)
    _surround(glyphs, result)
    return result


@compiled
def _inked(glyphs: Any, glyph: Any, y: Any) -> Any:
    """Whether a row has ink."""
    ink = np.uint8(0)
    for x in range(glyphs.shape[2]):
        ink |= glyphs[glyph, y, x]
    return ink != 0


@compiled
def _surround(glyphs: Any, result: Any) -> None:
    height, width = glyphs.shape[1:]
    used = np.zeros(width, np.uint8)
    for glyph in range(len(glyphs)):
        top, foot = 0, height
        while top < height and not _inked(glyphs, glyph, top):
            top += 1
        if top == height:
            continue
        while not _inked(glyphs, glyph, foot - 1):
            foot -= 1
        for x in range(width):
            used[x] = 0
        for y in range(top, foot):
            for x in range(width):
                used[x] |= glyphs[glyph, y, x]
        left, right = 0, width
        while not used[left]:
            left += 1
        while not used[right - 1]:
            right -= 1
        result[glyph, 0], result[glyph, 1] = left, top
        result[glyph, 2], result[glyph, 3] = right, foot
