"""Faint and uneven ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Field, blocks, clouds, column, numbers_and_keys
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class Ink(Checked, CanvasTransform):
    """Make the ink of each image fainter, and uneven along the stroke.

    A pen that is faint overall, runs dry over a stretch, and skips in spots. At
    least a third of the ink remains everywhere.
    """

    name: ClassVar[str] = "ink"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    faintness: Annotated[float, Ge(0), Le(1)] = field(
        default=0.35,
        metadata={"help": "fraction of the ink that the faintest pen lacks everywhere"},
    )
    unevenness: Annotated[float, Ge(0), Le(1)] = field(
        default=0.45,
        metadata={"help": "fraction of the ink that the most uneven pen lacks in some places"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Thin the ink of each image."""
        if not self.strength:
            return canvas
        unit = canvas.line_height
        u, (along, spots) = numbers_and_keys(stream, 2, 2)
        lacking = self.strength * self.faintness * u[:, 0]
        uneven = self.strength * self.unevenness * u[:, 1]
        images = np.empty_like(canvas.images)
        for block in blocks(canvas):
            part, size = block.rows, (block.height, block.width)
            # Dry stretches are about a digit apart, spots as wide as a stroke.
            thin = clouds(along[part], size, 0.7 * unit, block.widths)
            small = clouds(spots[part], size, 0.09 * unit, block.widths)
            small *= np.float32(0.6)
            thin += small
            thin += 1
            thin *= column(uneven[part] / 2)
            np.clip(thin, 0, None, out=thin)
            thin += column(lacking[part])
            np.clip(thin, 0, 2 / 3, out=thin)
            block.of(images)[:] = _thinned(block.of(canvas.images), thin)
        return canvas.with_images(images)


def _thinned(images: Pixels, share: Field) -> Pixels:
    """Remove a fraction of the ink, in steps of 1/256."""
    left = ((1 - share) * 256 + np.float32(0.5)).astype(np.uint16)
    ink = np.bitwise_not(images).astype(np.uint16)
    ink *= left if images.ndim == 3 else left[..., None]
    ink += np.uint16(128)
    ink >>= np.uint16(8)
    return np.bitwise_not(ink.astype(np.uint8))
