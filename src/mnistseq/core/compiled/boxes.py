"""Compiled version of finding the ink boxes of glyphs."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def boxes_of(glyphs: Pixels) -> Ints:
    """See `mnistseq.core.glyph_cells`."""
    result = np.zeros((len(glyphs), 4), dtype=np.int64)
    # Eight pixels at a time, if rows can be divided so.
    _surround(glyphs if glyphs.shape[2] % 8 else glyphs.view(np.uint64), result)
    return result


@compiled
def _inked(row: Any) -> Any:
    ink = row[0]
    for x in range(1, len(row)):
        ink |= row[x]
    return ink != 0


@compiled
def surround(glyph: Any, used: Any, box: Any) -> None:
    """Write the box of a glyph that has ink, of pixels or words; `used` is memory for a row."""
    height, width = glyph.shape
    top, foot = 0, height
    while top < height and not _inked(glyph[top]):
        top += 1
    if top == height:
        return
    while not _inked(glyph[foot - 1]):
        foot -= 1
    for x in range(width):
        used[x] = 0
    for y in range(top, foot):
        for x in range(width):
            used[x] |= glyph[y, x]
    columns = used[:width].view(np.uint8)
    left, right = 0, len(columns)
    while not columns[left]:
        left += 1
    while not columns[right - 1]:
        right -= 1
    box[0], box[1], box[2], box[3] = left, top, right, foot


@compiled
def _surround(glyphs: Any, result: Any) -> None:
    used = np.zeros(glyphs.shape[2], glyphs.dtype)
    for glyph in range(len(glyphs)):
        surround(glyphs[glyph], used, result[glyph])
