"""The fine wavy print of cheques and certificates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Block, Field, numbers, shade, wave
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.twins import twin


@dataclass(frozen=True)
class PaperWaves(Checked, CanvasTransform):
    """Print fine waves on the paper, as on cheques.

    Two sets of parallel wavy lines cross each other, each with a random slope,
    distance and amplitude.
    """

    name: ClassVar[str] = "paper-waves"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.35, metadata={"help": "fraction of the light that the darkest lines absorb"}
    )
    distance: Annotated[float, Ge(0.02), Le(2)] = field(
        default=0.16,
        metadata={
            "help": "distance between lines as a fraction of the height, varied by up to a third"
        },
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Print waves under the ink of each image."""
        if not self.strength:
            return canvas
        u = numbers(stream, 16)
        depth = self.strength * self.darkest * (0.35 + 0.65 * u[:, 0])
        sets = [self._set(u[:, first : first + 6], canvas.line_height) for first in (2, 8)]
        parameters = np.column_stack([*sets, 0.8 * u[:, 1], -depth]).astype(np.float32)
        return canvas.with_images(waved(canvas.images, canvas.widths, parameters))

    def _set(self, u: Floats, unit: int) -> Floats:
        """Return the numbers of a set of lines for each image: float64, shape (B, 6)."""
        distance = max(2.2, self.distance * unit) * (2 / 3 + 2 / 3 * u[:, 0])
        slope = 1.2 * (2 * u[:, 1] - 1)
        swing = (0.15 + 0.5 * u[:, 2]) * unit / distance / 4
        length = unit * (0.8 + 2.2 * u[:, 3])
        return np.stack(
            [1 / length, u[:, 4], swing, slope / distance, u[:, 5], 1 / distance], axis=1
        )


@twin("papers")
def waved(images: Pixels, widths: Ints, parameters: Field) -> Pixels:
    """Print two sets of waves, of six numbers each, the share of the second, and the depth."""

    def lines(own: Field, y: Field, x: Field) -> Field:
        """Return one set of lines: 1 on the lines, 0 between them."""
        bend = wave(x * own[0] + own[1])
        bend *= own[2]
        bend += x * own[3]
        bend += own[4]
        fine = wave(y * own[5] + bend)
        fine += 1
        fine *= np.float32(0.5)
        return fine * fine

    def level(block: Block) -> Field:
        own, (y, x) = parameters[block.rows].T[:, :, None, None], block.grid()
        sheet = lines(own[:6], y, x)
        other = lines(own[6:12], y, x)
        other -= sheet
        other *= own[12]
        sheet += other
        sheet *= own[13]
        sheet += 1
        return sheet

    return shade(images, widths, level)
