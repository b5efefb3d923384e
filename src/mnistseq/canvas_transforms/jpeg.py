"""What JPEG does to an image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.decode import decode_image
from mnistseq.imaging.fields import numbers
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength

_BEST = 95


@dataclass(frozen=True)
class Jpeg(Checked, CanvasTransform):
    """The blocks and ripples of JPEG, at another quality in each image.

    Encoded and decoded by Pillow, whose libjpeg decides the last bit: from
    version to version a pixel may differ by 2.
    """

    name: ClassVar[str] = "jpeg"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    worst: Annotated[int, Ge(5), Le(95)] = field(
        default=30,
        metadata={"help": "the lowest quality, from 95, which is nearly none, down to 5"},
    )

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Send each image through JPEG."""
        if not self.strength:
            return canvas
        from io import BytesIO

        from PIL import Image  # 30 ms to import

        span = self.strength * (_BEST - self.worst)
        qualities = np.rint(_BEST - span * numbers(stream, 1)[:, 0]).astype(int)
        images = np.empty_like(canvas.images)
        for row, quality in enumerate(qualities.tolist()):
            encoded = BytesIO()
            Image.fromarray(canvas.images[row]).save(encoded, "JPEG", quality=quality)
            images[row] = decode_image(encoded.getvalue())
        return canvas.with_images(images)
