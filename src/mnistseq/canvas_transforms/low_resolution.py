"""Low resolution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.core.resample import resample, resample_each
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers

_STEPS = 8


@dataclass(frozen=True)
class LowResolution(Checked, CanvasTransform):
    """Scale each image down and up again, by a random factor, so that detail is lost.

    Boxes do not change: ink that is blurred beyond them is fainter than the ink inside.
    """

    name: ClassVar[str] = "low-resolution"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    factor: Annotated[float, Ge(1), Le(3)] = field(
        default=1.8,
        metadata={"help": "largest factor; the reduced line is at least 12 pixels high"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Reduce and enlarge each image."""
        most = 1 + self.strength * (min(self.factor, max(1.0, canvas.line_height / 12)) - 1)
        if most == 1:
            return canvas
        # Only a few sizes, so that images of one size are scaled together.
        steps = np.rint(numbers(stream, 1) * _STEPS)
        sizes = np.rint(canvas.sizes / (1 + (most - 1) * steps / _STEPS)).astype(np.int64)
        return canvas.with_images(reduced(canvas.images, canvas.widths, np.maximum(1, sizes)))


@accelerated("scaling")
def reduced(images: Pixels, widths: Ints, sizes: Ints) -> Pixels:
    """Scale images to a width and height of their own, and back."""
    result = images.copy()
    for height in np.unique(sizes[:, 1]).tolist():
        rows = np.flatnonzero(sizes[:, 1] == height)
        own, smaller = widths[rows], sizes[rows, 0]
        small = resample(images[rows], 1, height)
        small = resample_each(resample_each(small, own, smaller), smaller, own)
        result[rows, :, : small.shape[2]] = resample(small, 1, images.shape[1])
    return result
