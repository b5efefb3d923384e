"""Ruled and squared paper."""

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
class PaperRuled(Checked, CanvasTransform):
    """Print ruled lines at even distances, or squares, on the paper."""

    name: ClassVar[str] = "paper-ruled"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.6)] = field(
        default=0.4, metadata={"help": "fraction of the light that the darkest lines absorb"}
    )
    distance: Annotated[float, Ge(0.05), Le(4)] = field(
        default=0.4,
        metadata={
            "help": "distance between lines as a fraction of the height, varied by up to a third"
        },
    )
    squared: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3, metadata={"help": "chance that the paper is squared"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Rule the paper of each image."""
        if not self.strength:
            return canvas
        u = numbers(stream, 6)
        depth = self.strength * self.darkest * (0.3 + 0.7 * u[:, 0])
        distance = max(3.0, self.distance * canvas.line_height) * (2 / 3 + 2 / 3 * u[:, 1])
        slope = 0.02 * (2 * u[:, 2] - 1)
        squared = depth * (u[:, 3] < self.squared)
        thickness = max(1.0, 0.035 * canvas.line_height)

        parameters = [1 / distance, u[:, 4], u[:, 5], -distance, slope, -depth, squared]
        table = np.stack(parameters, axis=1).astype(np.float32)
        reach = (thickness + 1) / 2
        return canvas.with_images(ruled(canvas.images, canvas.widths, table, reach))


@accelerated("papers")
def ruled(images: Pixels, widths: Ints, table: Field, reach: float) -> Pixels:
    """Rule images: by lines per pixel, two starts, distance, slope, depth, and depth of squares."""

    def lines(positions: Field, own: Field, start: Field) -> Field:
        """Return 1 on the lines across an axis, 0 between them."""
        phase = positions * own[0] + start
        phase -= np.floor(phase)
        away = np.abs(phase - np.float32(0.5))
        away *= own[3]
        away += np.float32(reach)
        covered: Field = np.clip(away, 0, 1, out=away)
        return covered

    def level(block: Block) -> Field:
        own, (y, x) = table[block.rows].T[:, :, None, None], block.grid()
        sheet = lines(y + x * own[4], own, own[1])
        sheet *= own[5]
        sheet += 1
        if own[6].any():
            sheet *= 1 - lines(x - y * own[4], own, own[2]) * own[6]
        return sheet

    return shade(images, widths, level)
