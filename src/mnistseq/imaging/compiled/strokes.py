"""Compiled version of the transform that changes the thickness of strokes."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Floats, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.ink_floor import FLOOR


def redrawn(glyphs: Pixels, change: Floats) -> Pixels:
    """See `mnistseq.glyph_transforms.stroke`."""
    result = glyphs.copy()
    _redraw(glyphs, change, FLOOR, result)
    return result


@compiled
def _extreme(glyph: Any, stride: Any, thicker: Any, corners: Any, result: Any) -> None:
    """Write the extreme of each pixel of a framed glyph and its neighbours."""
    inner = len(glyph) - 2 * stride - 2
    found = result[stride + 1 : stride + 1 + inner]
    above, below = glyph[1:], glyph[2 * stride + 1 :]
    left, own, right = glyph[stride:], glyph[stride + 1 :], glyph[stride + 2 :]
    _choose(own, (left, right, above, below), thicker, found)
    if corners:
        ends = glyph, glyph[2:], glyph[2 * stride :], glyph[2 * stride + 2 :]
        _choose(found, ends, thicker, found)


@compiled
def _choose(own: Any, others: Any, thicker: Any, found: Any) -> None:
    one, two, three, four = others
    if thicker:
        for i in range(len(found)):
            found[i] = max(own[i], one[i], two[i], three[i], four[i])
    else:
        for i in range(len(found)):
            found[i] = min(own[i], one[i], two[i], three[i], four[i])


@compiled
def _mix(own: Any, pen: Any, share: Any) -> None:
    for i in range(len(own)):
        mixed = np.int32(own[i]) * (np.int32(256) - share) + np.int32(pen[i]) * share
        own[i] = np.uint8(np.int32(mixed + np.int32(128)) >> np.int32(8))


@compiled
def _restore(own: Any, dilated: Any, pen: Any) -> None:
    """Give an eroded glyph back the lines that erosion would erase."""
    for i in range(len(own)):
        lost = np.uint8(own[i] - min(own[i], dilated[i]))
        lost = np.uint8(min(lost, np.uint8(127)) * np.uint8(2))
        pen[i] = max(pen[i], min(lost, own[i]))


@compiled
def _redraw(glyphs: Any, change: Any, floor: Any, result: Any) -> None:
    height, stride = glyphs.shape[1], glyphs.shape[2] + 2
    framed = np.zeros((4, height + 2, stride), np.uint8)
    flat = framed.reshape(4, -1)
    before, own, pen, dilated = flat[0], flat[1], flat[2], flat[3]
    for row in range(len(glyphs)):
        framed[0, 1:-1, 1:-1] = glyphs[row]
        own[:] = before
        by, thicker = abs(change[row]), change[row] > 0
        for step in range(int(np.ceil(by))):
            share = np.int32(np.rint(min(max(by - step, 0.0), 1.0) * 256))
            corners = step % 2 == 1
            _extreme(own, stride, thicker, corners, pen)
            if thicker:
                framed[2, :, 0] = 0
                framed[2, :, -1] = 0
                framed[2, 0, :] = 0
                framed[2, -1, :] = 0
            else:
                _extreme(pen, stride, True, corners, dilated)
                _restore(own, dilated, pen)
            _mix(own, pen, share)
        if _is_kept(before, own, floor):
            result[row] = framed[1, 1:-1, 1:-1]


@compiled
def _is_kept(before: Any, after: Any, floor: Any) -> Any:
    """Whether enough ink remains."""
    ink, left = np.uint32(0), np.uint32(0)
    darkest, still = np.uint8(0), np.uint8(0)
    for i in range(len(before)):
        ink = np.uint32(ink + before[i])
        left = np.uint32(left + after[i])
        darkest, still = max(darkest, before[i]), max(still, after[i])
    return left >= ink * floor and still >= darkest * floor
