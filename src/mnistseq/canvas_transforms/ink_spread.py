"""Ink that spreads into the paper."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import tightened
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers, strips

_SIDES = ((1, 0, 1), (1, 1, 0), (2, 0, 1), (2, 1, 0))
"""Axis, and the offsets along it that ink comes from and goes to."""


@dataclass(frozen=True)
class InkSpread(Checked, CanvasTransform):
    """Spread the ink into the paper by up to a pixel, so that close strokes merge.

    Applied to glyphs that were made thinner before, with gaps of 0, it gives
    strokes of normal thickness and glyphs that touch.
    """

    name: ClassVar[str] = "ink-spread"
    mixed_widths: ClassVar[bool] = True
    carries_masks: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    least: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "smallest fraction of its ink that a pixel passes to its neighbours"},
    )
    most: Annotated[float, Ge(0), Le(1)] = field(
        default=0.8, metadata={"help": "largest fraction; a value below `least` counts as `least`"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Spread the ink of each image."""
        if not self.strength:
            return canvas
        span = max(self.most - self.least, 0.0)
        shares = self.strength * (self.least + span * numbers(stream, 1)[:, 0])
        steps = np.rint(256 * shares).astype(np.uint16)
        images = spread(canvas.images, canvas.widths, steps)
        grown = canvas.ink_boxes + np.array([-1, -1, 1, 1])
        grown = np.clip(grown, 0, np.tile(canvas.sizes, 2)[canvas.owner])
        filled = np.all(canvas.ink_boxes[:, 2:] > canvas.ink_boxes[:, :2], axis=1, keepdims=True)
        boxes = tightened(images, np.where(filled, grown, 0), canvas.owner)
        masks = None if canvas.masks is None else _spread_masks(canvas, steps)
        return replace(canvas, images=images, ink_boxes=boxes, masks=masks)


@accelerated("ink")
def spread(images: Pixels, widths: Ints, steps: NDArray[np.uint16]) -> Pixels:
    """Give the four neighbours of each pixel some 256ths of its ink, where they have less."""
    result = np.empty_like(images)
    for block in strips(images, widths):
        first, end, _ = block.lines.indices(block.height)
        above = min(first, 1)  # a strip gets ink from the lines beside it, too
        ink = np.bitwise_not(images[block.rows, first - above : end + 1, : block.width])
        given = ink * steps[block.rows].reshape(-1, *[1] * (ink.ndim - 1))
        given *= block.inside().reshape(len(ink), 1, -1, *[1] * (ink.ndim - 3))
        given >>= np.uint16(8)
        light = given.astype(np.uint8)
        for axis, source, target in _SIDES:
            near, far = [slice(None)] * ink.ndim, [slice(None)] * ink.ndim
            near[axis] = slice(source, ink.shape[axis] - target)
            far[axis] = slice(target, ink.shape[axis] - source)
            into = ink[tuple(far)]
            np.maximum(into, light[tuple(near)], out=into)
        np.bitwise_not(ink[:, above : above + end - first], out=block.of(result))
    return result


def _spread_masks(canvas: Canvas, steps: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return masks in which a pixel that gets ink belongs to the glyph that gives it most."""
    assert canvas.masks is not None  # noqa: S101  # it is asked for by the caller
    grey = canvas.images if canvas.images.ndim == 3 else canvas.images.min(axis=3)
    ink = np.bitwise_not(grey)
    light = ((ink * steps[:, None, None]) >> np.uint16(8)).astype(np.uint8)
    light *= np.arange(ink.shape[2]) < canvas.widths[:, None, None]
    masks, most = canvas.masks.copy(), ink
    free = canvas.masks == 0
    for axis, source, target in _SIDES:
        near, far = [slice(None)] * 3, [slice(None)] * 3
        near[axis] = slice(source, ink.shape[axis] - target)
        far[axis] = slice(target, ink.shape[axis] - source)
        given, into = light[tuple(near)], tuple(far)
        more = free[into] & (given > most[into])
        most[into][more] = given[more]
        masks[into][more] = canvas.masks[tuple(near)][more]
    return masks
