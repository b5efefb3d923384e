"""Ruled and squared paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Floats
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Field, column, grid, numbers, shade
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class PaperRuled(Checked, CanvasTransform):
    """Paper with printed lines at even distances, some of it squared."""

    name: ClassVar[str] = "paper-ruled"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.6)] = field(
        default=0.4, metadata={"help": "the share of light that the darkest lines keep back"}
    )
    distance: Annotated[float, Ge(0.05), Le(4)] = field(
        default=0.4,
        metadata={"help": "from line to line in heights of the image, give or take a third"},
    )
    squared: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3, metadata={"help": "the chance that the paper is squared"}
    )

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Rule the paper of each image."""
        if not self.strength:
            return canvas
        height, width = canvas.images.shape[1:3]
        y, x = grid((height, width))
        u = numbers(stream, 6)
        depth = self.strength * self.darkest * (0.3 + 0.7 * u[:, 0])
        distance = max(3.0, self.distance * height) * (2 / 3 + 2 / 3 * u[:, 1])
        slope = 0.02 * (2 * u[:, 2] - 1)
        squared = depth * (u[:, 3] < self.squared)
        thickness = max(1.0, 0.035 * height)

        def lines(places: Field, part: slice, start: Floats) -> Field:
            """1 on the lines that lie across an axis, 0 between them."""
            phase = places * column(1 / distance[part]) + column(start[part])
            phase -= np.floor(phase)
            away = np.abs(phase - np.float32(0.5))
            away *= column(-distance[part])
            away += np.float32((thickness + 1) / 2)
            covered: Field = np.clip(away, 0, 1, out=away)
            return covered

        def level(part: slice) -> Field:
            rows = y + x * column(slope[part])
            sheet = lines(rows, part, u[:, 4])
            sheet *= column(-depth[part])
            sheet += 1
            if squared[part].any():
                columns = x - y * column(slope[part])
                sheet *= 1 - lines(columns, part, u[:, 5]) * column(squared[part])
            return sheet

        return shade(canvas, level)
