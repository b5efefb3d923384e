"""Tight crops."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import spans, tightened
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers, strips

_MOST = 2.0
"""The largest factor by which a line is enlarged."""

_INK = 200
"""Darker pixels are ink."""


@dataclass(frozen=True)
class Trim(Checked, CanvasTransform):
    """Crop the margins of each image and scale the rest to the old size.

    Each side loses a random part of the area beyond the ink boxes. Marks there
    may be cut or kept whole; glyphs are never cut. The line becomes at most
    twice as large, and the two directions differ in scale by at most `stretch`.
    """

    name: ClassVar[str] = "trim"
    mixed_widths: ClassVar[bool] = True
    carries_masks: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    least: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0, metadata={"help": "smallest fraction of a margin that is cropped"}
    )
    stretch: Annotated[float, Ge(1), Le(2)] = field(
        default=1.25, metadata={"help": "largest ratio between the scales of the two directions"}
    )
    whole: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0, metadata={"help": "chance that marks are kept whole, as glyphs are"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Crop each image."""
        if not self.strength:
            return canvas
        size = canvas.sizes.astype(np.float64)
        low, high = spans(canvas.owner, canvas.ink_boxes, len(canvas.images))
        if self.whole:
            kept = numbers(stream.of(f"{stream.purpose}/whole"), 1) < self.whole
            grey = canvas.images if canvas.images.ndim == 3 else canvas.images.min(axis=3)
            ink = surrounded(grey, canvas.widths, _INK)
            low = np.where(kept, np.minimum(low, ink[:, :2]), low)
            high = np.where(kept, np.maximum(high, ink[:, 2:]), high)
        u = numbers(stream, 4)
        shares = self.strength * (self.least + (1 - self.least) * u)
        # An image without ink is not cropped.
        before = np.where(low < high, low, 0) * shares[:, :2]
        after = np.where(low < high, size - high, 0) * shares[:, 2:]
        scale = size / (size - before - after)
        limit = np.minimum(_MOST, self.stretch * scale[:, ::-1])
        scale, wanted = np.minimum(scale, limit), scale
        # Sides that would enlarge the line too much are cropped less, in proportion.
        rest = (1 - 1 / scale) / np.maximum(1 - 1 / wanted, 1e-9)
        start = before * rest
        height, width = canvas.images.shape[1:3]
        down = _sources(start[:, 1], scale[:, 1], size[:, 1], height)
        across = _sources(start[:, 0], scale[:, 0], size[:, 0], width)
        images = enlarged(canvas.images, canvas.widths, down, across)
        masks = canvas.masks
        if masks is not None:
            rows = np.arange(len(masks))[:, None, None]
            masks = masks[rows, (down[:, :, None] + 128) >> 8, (across[:, None, :] + 128) >> 8]
        start, scale, size = start[canvas.owner], scale[canvas.owner], size[canvas.owner]
        quads = canvas.quads
        if quads is not None:
            quads = (quads - start[:, None]) * scale[:, None]
        boxes = _moved(canvas.boxes, start, scale, size)
        rough = _moved(canvas.ink_boxes, start, scale, size, around=1)
        ink_boxes = tightened(images, rough, canvas.owner)
        return replace(
            canvas, images=images, boxes=boxes, ink_boxes=ink_boxes, masks=masks, quads=quads
        )


@accelerated("boxes")
def surrounded(grey: Pixels, widths: Ints, light: int) -> Ints:
    """Return the box around the pixels of each image that are darker than `light`: shape (B, 4).

    Without any, it begins at the end of the image and ends at the start.
    """
    dark = (grey < light) & (np.arange(grey.shape[2]) < widths[:, None, None])
    boxes = np.zeros((len(grey), 4), dtype=np.int64)
    for axis, inked in enumerate((np.any(dark, axis=1), np.any(dark, axis=2))):
        count, some = inked.shape[1], inked.any(axis=1)
        boxes[:, axis] = np.where(some, inked.argmax(axis=1), count)
        boxes[:, axis + 2] = np.where(some, count - inked[:, ::-1].argmax(axis=1), 0)
    return boxes


def _sources(start: Floats, scale: Floats, sizes: Floats, longest: int) -> NDArray[np.int32]:
    """Return where each line of the result comes from, in 256ths of a line: shape (B, longest)."""
    centres = (np.arange(longest) + 0.5) / scale[:, None] + start[:, None] - 0.5
    return np.rint(np.clip(centres, 0, sizes[:, None] - 1) * 256).astype(np.int32)


@accelerated("warps")
def enlarged(
    images: Pixels, widths: Ints, down: NDArray[np.int32], across: NDArray[np.int32]
) -> Pixels:
    """Scale images in both directions; for `down` and `across` see `_sources`."""
    result = np.empty_like(images)
    for block in strips(images, widths):
        part = block.rows
        taller = _stretched(images[part, :, : block.width], down[part, block.lines])
        turned = np.ascontiguousarray(taller.swapaxes(1, 2))
        wider = _stretched(turned, across[part, : block.width])
        block.of(result)[:] = wider.swapaxes(1, 2)
    return result


def _stretched(images: Pixels, sources: NDArray[np.int32]) -> Pixels:
    """Scale images along their second axis."""
    line, share = sources >> 8, (sources & 255).astype(np.uint16)
    share = share.reshape(*share.shape, *[1] * (images.ndim - 2))
    rows = np.arange(len(images))[:, None]
    # Differences may wrap around; the sum at the end wraps back.
    near = images[rows, line].astype(np.uint16)
    # The last line has no next one, and no share of it.
    mixed = images[rows, np.minimum(line + 1, images.shape[1] - 1)] - near
    mixed *= share
    near <<= np.uint16(8)
    mixed += near
    mixed += np.uint16(128)
    mixed >>= np.uint16(8)
    scaled: Pixels = mixed.astype(np.uint8)
    return scaled


def _moved(boxes: Ints, start: Floats, scale: Floats, size: Floats, around: int = 0) -> Ints:
    """Return boxes after the crop, rounded outwards, with `around` pixels for what scaling blurs."""
    low = np.floor((boxes[:, :2] - around - start) * scale)
    high = np.ceil((boxes[:, 2:] + around - start) * scale)
    moved = np.concatenate([np.clip(low, 0, size), np.clip(high, 0, size)], axis=1)
    filled = np.all(boxes[:, 2:] > boxes[:, :2], axis=1, keepdims=True)
    return np.where(filled, moved, 0).astype(np.int64)
