"""Uneven light."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.fields import Block, Field, column, numbers, shade
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class UnevenLight(Checked, CanvasTransform):
    """Light each image from one side, with dark corners and sometimes a soft shadow."""

    name: ClassVar[str] = "uneven-light"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.6)] = field(
        default=0.4, metadata={"help": "fraction of the light that is missing at the darkest point"}
    )
    shadow: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3,
        metadata={"help": "chance of a shadow, which takes up to half of `darkest`"},
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Light each image from a random direction."""
        if not self.strength:
            return canvas
        u = numbers(stream, 9)
        whole = self.strength * self.darkest
        side, corners = whole * u[:, 0] / 2, whole * u[:, 1] / 2
        shadow = whole / 2 * (u[:, 2] < self.shadow) * (0.4 + 0.6 * u[:, 3])
        across, down = 2 * u[:, 4] - 1, 2 * u[:, 5] - 1
        share = 1 / (abs(across) + abs(down) + 1e-6)

        def level(block: Block) -> Field:
            part, (y, x) = block.rows, block.shares()
            # From -1/2 in one corner to 1/2 in the opposite one.
            slope = x * column((share * across)[part]) + y * column((share * down)[part])
            sheet: Field = slope + np.float32(0.5)
            sheet *= column(-side[part])
            sheet -= (x * x + y * y) * 2 * column(corners[part])
            if shadow[part].any():
                edge = (slope - column(0.8 * u[part, 6] - 0.4)) * column(4 + 16 * u[part, 7])
                np.clip(edge + np.float32(0.5), 0, 1, out=edge)
                sheet -= edge * edge * (3 - 2 * edge) * column(shadow[part])
            sheet += 1
            return sheet

        return shade(canvas, level)
