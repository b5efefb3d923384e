"""JPEG artefacts."""

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
    """Encode and decode each image as JPEG, at a random quality.

    Done by Pillow. Pixels may differ by 2 between versions of its libjpeg.
    """

    name: ClassVar[str] = "jpeg"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    worst: Annotated[int, Ge(5), Le(95)] = field(
        default=30,
        metadata={"help": "lowest quality, from 5 to 95; the highest is always 95"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Encode and decode each image."""
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
