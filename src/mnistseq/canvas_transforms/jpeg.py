"""JPEG artefacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.decode import decode_image
from mnistseq.imaging.jpeg_squares import coded, steps_of
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers

_BEST = 95


@dataclass(frozen=True)
class Jpeg(Checked, CanvasTransform):
    """Encode and decode each image as JPEG, at a random quality.

    Grey images are the same on every machine. Colours are encoded by Pillow, and may differ by 2
    between versions of its libjpeg.
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
        if canvas.images.ndim == 4:
            images = canvas.images.copy()
            for image, width, quality in zip(
                images, canvas.widths, qualities.tolist(), strict=True
            ):
                image[:, :width] = _coded(image[:, :width], quality)
            return canvas.with_images(images)
        return canvas.with_images(coded(canvas.images, canvas.widths, steps_of(qualities)))


def _coded(image: Pixels, quality: int) -> Pixels:
    """Encode an image and decode it again."""
    from io import BytesIO

    from PIL import Image  # 30 ms to import

    encoded = BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(encoded, "JPEG", quality=quality)
    return decode_image(encoded.getvalue())
