"""The fine wavy print of cheques and certificates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Floats
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Block, Field, column, numbers, shade, wave
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


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
        unit = canvas.line_height
        u = numbers(stream, 16)
        depth = self.strength * self.darkest * (0.35 + 0.65 * u[:, 0])
        second = 0.8 * u[:, 1]

        def lines(u: Floats, y: Field, x: Field) -> Field:
            """Return one set of lines: 1 on the lines, 0 between them."""
            distance = max(2.2, self.distance * unit) * (2 / 3 + 2 / 3 * u[:, 0])
            slope = 1.2 * (2 * u[:, 1] - 1)
            swing = (0.15 + 0.5 * u[:, 2]) * unit / distance / 4
            length = unit * (0.8 + 2.2 * u[:, 3])
            bend = wave(x * column(1 / length) + column(u[:, 4]))
            bend *= column(swing)
            bend += x * column(slope / distance)
            bend += column(u[:, 5])
            fine = wave(y * column(1 / distance) + bend)
            fine += 1
            fine *= np.float32(0.5)
            return fine * fine

        def level(block: Block) -> Field:
            part, (y, x) = block.rows, block.grid()
            sheet = lines(u[part, 2:8], y, x)
            other = lines(u[part, 8:14], y, x)
            other -= sheet
            other *= column(second[part])
            sheet += other
            sheet *= column(-depth[part])
            sheet += 1
            return sheet

        return shade(canvas, level)
