"""JPEG artefacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.decode import decode_image
from mnistseq.imaging.fields import numbers
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength

_BEST = 95

_SQUARE = 8

_MOST = 65_000
"""Height of the images that are encoded at a time; the format's limit is a little above it."""


@dataclass(frozen=True)
class Jpeg(Checked, CanvasTransform):
    """Encode and decode each image as JPEG, at a random quality.

    Done by Pillow. Pixels may differ by 2 between versions of its libjpeg.
    """

    name: ClassVar[str] = "jpeg"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    worst: Annotated[int, Ge(5), Le(95)] = field(
        default=30,
        metadata={"help": "lowest quality, from 5 to 95; the highest is always 95"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Encode and decode each image."""
        if not self.strength:
            return canvas
        span = self.strength * (_BEST - self.worst)
        qualities = np.rint(_BEST - span * numbers(stream, 1)[:, 0]).astype(int)
        images = canvas.images.copy()
        if images.ndim == 4:
            for image, width, quality in zip(
                images, canvas.widths, qualities.tolist(), strict=True
            ):
                image[:, :width] = _coded(image[:, :width], quality)
            return canvas.with_images(images)
        for quality in np.unique(qualities).tolist():
            rows = np.flatnonzero(qualities == quality)
            images[rows] = _coded_together(images[rows], canvas.widths[rows], quality)
        return canvas.with_images(images)


def _coded_together(images: Pixels, widths: Ints, quality: int) -> Pixels:
    """Encode and decode grey images as one, below each other: shape (B, height, width).

    JPEG treats each square of 8 x 8 grey pixels by itself, and fills up squares at the edge with
    the last pixel of a row or column.
    """
    count, height, width = images.shape
    y = np.minimum(np.arange(-(-height // _SQUARE) * _SQUARE), height - 1)
    x = np.arange(-(-width // _SQUARE) * _SQUARE)
    squares = images[
        np.arange(count)[:, None, None], y[:, None], np.minimum(x, widths[:, None, None] - 1)
    ]
    coded = np.empty_like(squares)
    each = max(1, _MOST // len(y))
    for first in range(0, count, each):
        some = squares[first : first + each]
        coded[first : first + each] = _coded(some.reshape(-1, len(x)), quality).reshape(some.shape)
    inside: Pixels = coded[:, :height, :width]
    return inside


def _coded(image: Pixels, quality: int) -> Pixels:
    """Encode an image and decode it again."""
    from io import BytesIO

    from PIL import Image  # 30 ms to import

    encoded = BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(encoded, "JPEG", quality=quality)
    return decode_image(encoded.getvalue())
