"""Compiled version of painting glyphs that may overlap."""

from __future__ import annotations

from typing import Any

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def overlay(
    glyphs: Pixels, owner: Ints, left: Ints, canvas: Pixels, top: Ints, background: int
) -> None:
    """See `mnistseq.core.painting`."""
    _overlay(glyphs, owner, left, canvas, top, background > 0)


@compiled
def _overlay(glyphs: Any, owner: Any, left: Any, canvas: Any, top: Any, dark: Any) -> None:
    height, width = glyphs.shape[1:]
    for glyph in range(len(glyphs)):
        for y in range(height):
            row, line = glyphs[glyph, y], canvas[owner[glyph], top[glyph] + y, left[glyph] :]
            if dark:
                for x in range(width):
                    line[x] = min(line[x], row[x])
            else:
                for x in range(width):
                    line[x] = max(line[x], row[x])
