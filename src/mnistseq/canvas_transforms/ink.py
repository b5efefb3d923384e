"""Faint and uneven ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import Field, Keys, clouds, column, numbers_and_keys, strips


@dataclass(frozen=True)
class Ink(Checked, CanvasTransform):
    """Make the ink of each image fainter, and uneven along the stroke.

    The pen may be faint overall, run dry over a stretch, skip in spots, and have
    ragged edges. At least a third of the ink remains everywhere.
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
    stretches: Annotated[float, Gt(0), Le(4)] = field(
        default=0.7,
        metadata={"help": "distance between dry stretches, as a fraction of the height"},
    )
    spots: Annotated[float, Gt(0), Le(1)] = field(
        default=0.09, metadata={"help": "size of spots, as a fraction of the height"}
    )
    raggedness: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "fraction of the ink that spots lack at the edges of the raggedest pen"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Thin the ink of each image."""
        if not self.strength:
            return canvas
        unit = canvas.line_height
        u, (along, spots) = numbers_and_keys(stream, 2, 2)
        lacking = self.strength * self.faintness * u[:, 0]
        uneven = self.strength * self.unevenness * u[:, 1]
        ragged = 1.7 * self.strength * self.raggedness * u[:, 1]
        shares = np.stack([uneven / 2, lacking, ragged], axis=1).astype(np.float32)
        cells = self.stretches * unit, self.spots * unit
        return canvas.with_images(
            thinned(canvas.images, canvas.widths, along, spots, shares, cells)
        )


@accelerated("ink")
def thinned(
    images: Pixels,
    widths: Ints,
    along: Keys,
    spots: Keys,
    shares: Field,
    cells: tuple[float, float],
) -> Pixels:
    """Thin the ink of images by two patterns: `shares` say how uneven, faint and ragged each is."""
    result = np.empty_like(images)
    for block in strips(images, widths):
        part, size = block.rows, (block.height, block.width)
        thin = clouds(along[part], size, cells[0], block.widths, block.lines)
        small = clouds(spots[part], size, cells[1], block.widths, block.lines)
        small *= np.float32(0.6)
        thin += small
        thin += 1
        thin *= column(shares[part, 0])
        np.clip(thin, 0, None, out=thin)
        thin += column(shares[part, 1])
        own = block.of(images)
        if shares[:, 2].any():
            light = own if own.ndim == 3 else own.min(axis=3)
            np.clip(small, 0, None, out=small)
            small *= light * np.float32(1 / 255)
            small *= column(shares[part, 2])
            thin += small
        np.clip(thin, 0, 2 / 3, out=thin)
        block.of(result)[:] = _thinned(own, thin)
    return result


def _thinned(images: Pixels, share: Field) -> Pixels:
    """Remove a fraction of the ink, in steps of 1/256."""
    left = ((1 - share) * 256 + np.float32(0.5)).astype(np.uint16)
    ink = np.bitwise_not(images).astype(np.uint16)
    ink *= left if images.ndim == 3 else left[..., None]
    ink += np.uint16(128)
    ink >>= np.uint16(8)
    return np.bitwise_not(ink.astype(np.uint8))
