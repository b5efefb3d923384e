"""Compiled version of painting glyphs that may overlap."""

from __future__ import annotations

from typing import Any

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled


def overlay(
    glyphs: Pixels, owner: Ints, left: Ints, images: Pixels, top: Ints, background: int
) -> None:
    """See `mnistseq.core.painting`."""
    images.fill(background)
    _overlay(glyphs, owner, left, images, top, background > 0)


@compiled
def _overlay(glyphs: Any, owner: Any, left: Any, images: Any, top: Any, dark: Any) -> None:
    for glyph in range(len(glyphs)):
        first = max(left[glyph], 0)
        last = max(min(left[glyph] + glyphs.shape[2], images.shape[2]), first)
        for y in range(glyphs.shape[1]):
            row = glyphs[glyph, y, first - left[glyph] : last - left[glyph]]
            line = images[owner[glyph], top[glyph] + y, first:last]
            if dark:
                for x in range(len(line)):
                    line[x] = min(line[x], row[x])
            else:
                for x in range(len(line)):
                    line[x] = max(line[x], row[x])
