"""Low resolution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.core.resample import resample, resample_each
from mnistseq.imaging.fields import numbers
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength

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
        height = canvas.images.shape[1]
        most = 1 + self.strength * (min(self.factor, max(1.0, canvas.line_height / 12)) - 1)
        if most == 1:
            return canvas
        # Only a few sizes, so that images of one size are scaled together.
        steps = np.rint(numbers(stream, 1)[:, 0] * _STEPS).astype(int)
        images = canvas.images.copy()
        for step in np.unique(steps[steps > 0]).tolist():
            rows = np.flatnonzero(steps == step)
            factor = 1 + (most - 1) * step / _STEPS
            widths = canvas.widths[rows]
            smaller = np.maximum(1, np.rint(widths / factor).astype(np.int64))
            small = resample(images[rows], 1, max(1, round(height / factor)))
            small = resample_each(resample_each(small, widths, smaller), smaller, widths)
            images[rows, :, : small.shape[2]] = resample(small, 1, height)
        return canvas.with_images(images)
