"""Canvases to try transforms on, and how ink is found on them."""

from __future__ import annotations

import numpy as np

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import Stream
from mnistseq.plugins.built_in import BUILT_IN

NEEDS_MORE = ("imgaug", "paper-picture")
"""Those with parameters that have no default."""

NAMES = [name for name in BUILT_IN["canvas_transform"] if name not in NEEDS_MORE]


def stream(count: int, seed: int = 1, start: int = 0) -> Stream:
    return Stream(seed, start, count, "canvas transform 0")


def drawn(
    bank: GlyphBank, labels: list[str], seed: int = 1, low: int = 0, high: int = 6, width: int = 150
) -> Canvas:
    """Lines of digits, cropped to their ink, on images of one width."""
    config = Config(image={"crop": "ink", "width": width}, spacing={"min": low, "max": high})
    batch = build_composer(config, bank).compose(labels, seed)
    return Canvas(
        np.asarray(batch.images), batch.flat_boxes, batch.flat_ink_boxes, batch.sequences.owner
    )


def coloured(canvas: Canvas) -> Canvas:
    """The same with three channels that differ."""
    ink = 255 - canvas.images[..., None].astype(np.int64)
    channels = 255 - ink * np.array([100, 80, 60]) // 100
    return canvas.with_images(channels.astype(np.uint8))


def blank(count: int, height: int, width: int) -> Canvas:
    """White images with a box of a spot of ink in the middle of each."""
    images = np.full((count, height, width), 255, dtype=np.uint8)
    y, x = height // 2, width // 2
    images[:, y, x] = 0
    boxes = np.tile(np.array([[0, 0, width, height]]), (count, 1))
    ink = np.tile(np.array([[x, y, x + 1, y + 1]]), (count, 1))
    return Canvas(images, boxes, ink, np.arange(count))


def found(image: Pixels) -> Ints:
    """The box around all that is not white."""
    dark = image < 255 if image.ndim == 2 else (image < 255).any(axis=2)
    y, x = np.nonzero(dark)
    return np.array([x.min(), y.min(), x.max() + 1, y.max() + 1])
