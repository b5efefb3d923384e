"""Images seen at an angle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import tightened
from mnistseq.imaging.fields import numbers
from mnistseq.imaging.homography import applied, inverse, onto
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.warp import ONE, Coordinates, checked_size, warp

_BLOCK = 1 << 16
"""Pixels whose places are worked out at a time."""


@dataclass(frozen=True)
class Perspective(Checked, CanvasTransform):
    """A sheet seen at an angle: each corner of the image moved by itself, and the line slanted.

    However the corners move, no ink box leaves the image: where one would, the
    whole view shrinks or moves. What shows beyond the sheet is as light as the
    lightest near its edge, so that no ink that ends there is drawn on.
    """

    name: ClassVar[str] = "perspective"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    tilt: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.1,
        metadata={
            "help": "how far a corner moves at the most, in heights of the image; a line that leans moves less"
        },
    )
    slant: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "the most that the line leans to either side, in pixels a pixel"},
    )

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Look at each image from another side."""
        if not self.strength:
            return canvas
        count = len(canvas.images)
        height, width = checked_size(canvas.images)
        corners = self._corners(numbers(stream, 9), (height, width))
        corners = _fitted(corners, canvas, (height, width))
        there = onto(corners, (height, width))
        back = inverse(there)
        images = np.empty_like(canvas.images)
        each = max(1, _BLOCK // (height * width))
        for first in range(0, count, each):
            part = slice(first, first + each)
            x, y = _places(back[part], (height, width))
            ink = np.bitwise_not(_framed(canvas.images[part]))
            images[part] = np.bitwise_not(warp(ink, x, y)[:, 1:-1, 1:-1])
        mine = there[canvas.owner]
        boxes = _around(mine, canvas.boxes, (height, width), 0)
        rough = _around(mine, canvas.ink_boxes, (height, width), 1)
        return Canvas(images, boxes, tightened(images, rough, canvas.owner), canvas.owner)

    def _corners(self, u: Floats, size: tuple[int, int]) -> Floats:
        """Where the corners go, clockwise from the upper left: shape (B, 4, 2)."""
        height, width = size
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
        # So little that the corners stay those of a convex sheet, however it leans.
        reach = self.strength * self.tilt * min(height, width) / (1 + self.strength * self.slant)
        moved = corners + (2 * u[:, :8].reshape(-1, 4, 2) - 1) * reach
        lean = self.strength * self.slant * (2 * u[:, 8] - 1) * height / 2
        moved[:, :2, 0] += lean[:, None]
        moved[:, 2:, 0] -= lean[:, None]
        return moved


def _fitted(corners: Floats, canvas: Canvas, size: tuple[int, int]) -> Floats:
    """Corners moved together, and closer, until all ink lies within the image."""
    limit = np.array(size[::-1], dtype=np.float64)
    filled = canvas.ink_boxes[:, 2] > canvas.ink_boxes[:, 0]
    owner = canvas.owner[filled]
    places = applied(onto(corners, size)[owner], _box_corners(canvas.ink_boxes[filled]))
    low = np.full((len(corners), 2), np.inf)
    high = np.full((len(corners), 2), -np.inf)
    np.minimum.at(low, owner, places.min(axis=1))
    np.maximum.at(high, owner, places.max(axis=1))
    inked = np.isfinite(low)
    low, high = np.where(inked, low, 0), np.where(inked, high, limit)
    # A line that fills the image keeps a hair of room, for the rounding of what is drawn.
    scale = np.minimum(1, limit / np.maximum(high - low, 1e-6))
    shift = np.clip(low * scale, 0, limit - (high - low) * scale) - low * scale
    fitted: Floats = corners * scale[:, None] + shift[:, None]
    return fitted


def _places(back: Floats, size: tuple[int, int]) -> tuple[Coordinates, Coordinates]:
    """Where each pixel of the result and of a frame comes from, in the fixed point of `warp`."""
    # In units of pixels with 24 bits, which is exact enough for images that fit any memory.
    y, x = (np.arange(length + 2, dtype=np.float32) - np.float32(0.5) for length in size)
    back = back / back[:, 2:, 2:]
    # Half a pixel to its centre, half for rounding, and the frame before it.
    back[:, :2] += back[:, 2:] * ((ONE / 2 + 0.5) / ONE)
    m = back.astype(np.float32)[:, :, :, None, None]
    y, x = y[:, None], x[None, :]
    scale = m[:, 2, 0] * x + (m[:, 2, 1] * y + m[:, 2, 2])
    np.divide(np.float32(ONE), scale, out=scale)
    places = []
    for axis, length in ((0, size[1]), (1, size[0])):
        place = m[:, axis, 0] * x + (m[:, axis, 1] * y + m[:, axis, 2])
        place *= scale
        np.clip(place, 0, (length + 1) * ONE, out=place)
        places.append(place.astype(np.int32))
    return places[0], places[1]


def _framed(images: Pixels) -> Pixels:
    """Images with a frame of a pixel, which has the lightest of what is near on the edge."""
    height, width = images.shape[1:3]
    reach = max(4, height // 3)
    framed = np.empty((len(images), height + 2, width + 2, *images.shape[3:]), dtype=np.uint8)
    framed[:, 1:-1, 1:-1] = images
    for side in (0, -1):
        framed[:, 1:-1, side] = _lightest(images[:, :, side], reach)
        framed[:, side, 1:-1] = _lightest(images[:, side], reach)
    for y, x in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        beside: Pixels = framed[:, y, 1 if x == 0 else -2]
        under: Pixels = framed[:, 1 if y == 0 else -2, x]
        framed[:, y, x] = np.maximum(beside, under)
    return framed


def _lightest(lines: Pixels, reach: int) -> Pixels:
    """The lightest of the pixels within `reach` along a line: shape (B, length) or (…, 3)."""
    length, size = lines.shape[1], 2 * reach + 1
    light = np.pad(lines, [(0, 0), (reach, reach), (0, 0)][: lines.ndim])
    done = 1
    while done < size:
        # Windows of `done` pixels, two of which make a larger one.
        step = min(done, size - done)
        light = np.maximum(light[:, :-step], light[:, step:])
        done += step
    return light[:, :length]


def _box_corners(boxes: Ints, around: int = 0) -> Floats:
    """Corners of boxes, made larger by pixels `around`: float64, shape (N, 4, 2)."""
    large = boxes + around * np.array([-1, -1, 1, 1])
    corners: Floats = large[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].astype(np.float64)
    return corners


def _around(there: Floats, boxes: Ints, size: tuple[int, int], around: int) -> Ints:
    """The boxes around moved boxes, rounded outwards and cut at the image's edge."""
    places = applied(there, _box_corners(boxes, around))
    limit = np.array(size[::-1])
    low = np.clip(np.floor(places.min(axis=1)), 0, limit)
    high = np.clip(np.ceil(places.max(axis=1)), 0, limit)
    filled = np.all(boxes[:, 2:] > boxes[:, :2], axis=1, keepdims=True)
    return np.where(filled, np.concatenate([low, high], axis=1), 0).astype(np.int64)
