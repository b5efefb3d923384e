"""Perspective."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.bilinear import ONE, Coordinates
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import tightened
from mnistseq.imaging.homography import applied, inverse, onto
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import Block, Field, blocks, column, numbers
from mnistseq.imaging.warp import checked_size, warp_by

_BLOCK = 1 << 16
"""Pixels whose coordinates are computed at a time."""


@dataclass(frozen=True)
class Perspective(Checked, CanvasTransform):
    """Show each image as a sheet seen at an angle, with a slanted line.

    Each corner moves by a random amount. No ink box leaves the image: where one
    would, the whole sheet shrinks or moves. The area beyond the sheet is as
    light as the lightest pixels near its edge, so ink at the edge does not
    continue there.
    """

    name: ClassVar[str] = "perspective"
    mixed_widths: ClassVar[bool] = True
    carries_masks: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    tilt: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.1,
        metadata={
            "help": "largest shift of a corner as a fraction of the image's height; smaller if the line is slanted"
        },
    )
    slant: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "largest slant to either side, in pixels across for each pixel down"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Map each image to a sheet of its own."""
        if not self.strength:
            return canvas
        checked_size(canvas.images)
        sizes = canvas.sizes.astype(np.float64)
        corners = _fitted(self._corners(numbers(stream, 9), sizes), canvas, sizes)
        maps = onto(corners, sizes)
        back = _fixed(inverse(maps))
        images = seen(canvas.images, canvas.widths, back)
        masks = None if canvas.masks is None else _carried(canvas.masks, canvas.widths, back)
        of_boxes, limits = maps[canvas.owner], sizes[canvas.owner]
        boxes = _around(of_boxes, canvas.boxes, limits, 0)
        rough = _around(of_boxes, canvas.ink_boxes, limits, 1)
        ink_boxes = tightened(images, rough, canvas.owner)
        quads = None if canvas.quads is None else applied(of_boxes, canvas.quads)
        return replace(
            canvas, images=images, boxes=boxes, ink_boxes=ink_boxes, masks=masks, quads=quads
        )

    def _corners(self, u: Floats, sizes: Floats) -> Floats:
        """Return where the corners go, clockwise from the upper left: shape (B, 4, 2)."""
        corners: Floats = sizes[:, None] * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        # Small enough for the sheet to stay convex at every slant.
        reach = self.strength * self.tilt * sizes.min(axis=1) / (1 + self.strength * self.slant)
        moved: Floats = corners + (2 * u[:, :8].reshape(-1, 4, 2) - 1) * reach[:, None, None]
        lean = self.strength * self.slant * (2 * u[:, 8] - 1) * sizes[:, 1] / 2
        moved[:, :2, 0] += lean[:, None]
        moved[:, 2:, 0] -= lean[:, None]
        return moved


def _fitted(corners: Floats, canvas: Canvas, limit: Floats) -> Floats:
    """Shift and shrink the corners until all ink is within the image, whose size is the limit."""
    filled = canvas.ink_boxes[:, 2] > canvas.ink_boxes[:, 0]
    owner = canvas.owner[filled]
    points = applied(onto(corners, limit)[owner], _box_corners(canvas.ink_boxes[filled]))
    low = np.full((len(corners), 2), np.inf)
    high = np.full((len(corners), 2), -np.inf)
    np.minimum.at(low, owner, points.min(axis=1))
    np.maximum.at(high, owner, points.max(axis=1))
    inked = np.isfinite(low)
    low, high = np.where(inked, low, 0), np.where(inked, high, limit)
    # The minimum of 1e-6 only prevents a division by 0.
    scale = np.minimum(1, limit / np.maximum(high - low, 1e-6))
    shift = np.clip(low * scale, 0, limit - (high - low) * scale) - low * scale
    fitted: Floats = corners * scale[:, None] + shift[:, None]
    return fitted


def _fixed(back: Floats) -> Field:
    """Return maps to the source of each pixel, rounded as `_coordinates` needs them."""
    back = back / back[:, 2:, 2:]
    # Half a pixel to the centre, half a unit for rounding, and the frame's pixel.
    back[:, :2] += back[:, 2:] * ((ONE / 2 + 0.5) / ONE)
    return back.astype(np.float32)


@accelerated("warps")
def seen(images: Pixels, widths: Ints, back: Field) -> Pixels:
    """Map images: `back` leads from a pixel of the result to its source, shape (B, 3, 3)."""
    result = np.empty_like(images)
    for block in blocks(images, widths, _BLOCK):
        ink = _framed(block.of(images), block.widths)
        np.bitwise_not(ink, out=ink)
        moved = warp_by(ink, partial(_coordinates, back[block.rows], block))
        np.bitwise_not(moved[:, 1:-1, 1:-1], out=block.of(result))
    return result


def _carried(masks: NDArray[np.uint16], widths: Ints, back: Field) -> NDArray[np.uint16]:
    """Map masks by taking the nearest pixel; 0 beyond the sheet."""
    result = np.empty_like(masks)
    framed = np.pad(masks, ((0, 0), (1, 1), (1, 1)))
    # What is right of a narrower image is padding, and no part of its sheet.
    inside = np.arange(framed.shape[2]) <= widths[:, None, None]
    framed *= inside
    for block in blocks(masks, widths, _BLOCK):
        x, y = (
            (source[:, 1:-1, 1:-1] + ONE // 2) >> 16
            for source in _coordinates(back[block.rows], block, *3 * (slice(None),))
        )
        rows = np.arange(len(masks))[block.rows, None, None]
        block.of(result)[:] = framed[rows, y, x]
    return result


def _coordinates(
    back: Field, block: Block, part: slice, lines: slice, columns: slice
) -> tuple[Coordinates, Coordinates]:
    """Return the source of pixels of the result and its frame, in the fixed point of `warp`."""
    widths = block.widths[part]
    # float32 in pixels has 24 bits, exact enough for every image that fits in memory.
    y, x = (
        np.arange(length + 2, dtype=np.float32) - np.float32(0.5)
        for length in (block.height, block.width)
    )
    # What lies right of an image is padding.
    across = np.minimum(x[columns], column(widths) + np.float32(0.5))
    m = back[part, :, :, None, None]
    y = y[lines, None]
    scale = m[:, 2, 0] * across + (m[:, 2, 1] * y + m[:, 2, 2])
    np.divide(np.float32(ONE), scale, out=scale)
    coordinates = []
    for axis, length in ((0, column(widths)), (1, np.float32(block.height))):
        source = m[:, axis, 0] * across + (m[:, axis, 1] * y + m[:, axis, 2])
        source *= scale
        np.clip(source, 0, (length + 1) * np.float32(ONE), out=source)
        coordinates.append(source.astype(np.int32))
    return coordinates[0], coordinates[1]


def _framed(images: Pixels, widths: Ints) -> Pixels:
    """Add a frame of 1 pixel, as light as the lightest pixels nearby on the edge."""
    height, width = images.shape[1:3]
    reach = max(4, height // 3)
    framed = np.empty((len(images), height + 2, width + 2, *images.shape[3:]), dtype=np.uint8)
    framed[:, 1:-1, 1:-1] = images
    row, inside = np.arange(len(images)), np.arange(width) < widths[:, None]
    inside = inside.reshape(*inside.shape, *[1] * (images.ndim - 3))
    for side in (0, -1):
        framed[:, side, 1:-1] = _lightest(images[:, side] * inside, reach)
    for edge, before in ((0 * widths, 0 * widths), (widths + 1, widths - 1)):
        framed[row, 1:-1, edge] = _lightest(images[row, :, before], reach)
        beside = np.where(edge == 0, 1, edge - 1)
        for y, inner in ((0, 1), (-1, -2)):
            framed[row, y, edge] = np.maximum(framed[row, y, beside], framed[row, inner, edge])
    return framed


def _lightest(lines: Pixels, reach: int) -> Pixels:
    """Return the lightest pixel within `reach` along a line: shape (B, length) or (…, 3)."""
    length, size = lines.shape[1], 2 * reach + 1
    light = np.pad(lines, [(0, 0), (reach, reach), (0, 0)][: lines.ndim])
    done = 1
    while done < size:
        # Two windows of `done` pixels make a larger one.
        step = min(done, size - done)
        light = np.maximum(light[:, :-step], light[:, step:])
        done += step
    return light[:, :length]


def _box_corners(boxes: Ints, around: int = 0) -> Floats:
    """Return the corners of boxes enlarged by `around` pixels: float64, shape (N, 4, 2)."""
    large = boxes + around * np.array([-1, -1, 1, 1])
    corners: Floats = large[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].astype(np.float64)
    return corners


def _around(maps: Floats, boxes: Ints, limit: Floats, around: int) -> Ints:
    """Return the boxes around mapped boxes, rounded outwards and clipped to the image."""
    points = applied(maps, _box_corners(boxes, around))
    low = np.clip(np.floor(points.min(axis=1)), 0, limit)
    high = np.clip(np.ceil(points.max(axis=1)), 0, limit)
    filled = np.all(boxes[:, 2:] > boxes[:, :2], axis=1, keepdims=True)
    return np.where(filled, np.concatenate([low, high], axis=1), 0).astype(np.int64)
