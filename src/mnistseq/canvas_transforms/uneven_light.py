"""Uneven light."""

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
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import Block, Field, numbers, shade


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

        parameters = [
            share * across,
            share * down,
            -side,
            corners,
            0.8 * u[:, 6] - 0.4,
            4 + 16 * u[:, 7],
            shadow,
        ]
        table = np.stack(parameters, axis=1).astype(np.float32)
        return canvas.with_images(lit(canvas.images, canvas.widths, table))


@accelerated("papers")
def lit(images: Pixels, widths: Ints, table: Field) -> Pixels:
    """Light images: slope across and down, side, corners, place, sharpness and depth of a shadow."""

    def level(block: Block) -> Field:
        own, (y, x) = table[block.rows].T[:, :, None, None], block.shares()
        # From -1/2 in one corner to 1/2 in the opposite one.
        slope = x * own[0] + y * own[1]
        sheet: Field = slope + np.float32(0.5)
        sheet *= own[2]
        sheet -= (x * x + y * y) * 2 * own[3]
        if own[6].any():
            edge = (slope - own[4]) * own[5]
            np.clip(edge + np.float32(0.5), 0, 1, out=edge)
            sheet -= edge * edge * (3 - 2 * edge) * own[6]
        sheet += 1
        return sheet

    return shade(images, widths, level)
