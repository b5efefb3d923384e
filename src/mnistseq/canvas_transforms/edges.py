"""Borders at the edges of an image, as crops leave them."""

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
class Edges(Checked, CanvasTransform):
    """Draw borders of a cell or a field near the edges of the image, as in crops from forms.

    Each of the four sides has a line of its own, or none. It leans a little, may lie on the
    edge itself, and looks like a one to a recogniser that has never seen such lines.
    """

    name: ClassVar[str] = "edges"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    sides: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3, metadata={"help": "chance of a line at the left side, and at the right side"}
    )
    ends: Annotated[float, Ge(0), Le(1)] = field(
        default=0.2, metadata={"help": "chance of a line at the top, and at the bottom"}
    )
    inset: Annotated[float, Ge(0), Le(0.5)] = field(
        default=0.12,
        metadata={"help": "largest distance from the edge, as a fraction of the height"},
    )
    darkest: Annotated[float, Ge(0), Le(0.9)] = field(
        default=0.6, metadata={"help": "fraction of the light that the darkest lines absorb"}
    )
    thickness: Annotated[float, Ge(0.01), Le(0.2)] = field(
        default=0.04, metadata={"help": "thickness of the lines, as a fraction of the height"}
    )
    slope: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.06, metadata={"help": "largest slope of a line relative to its side"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Draw lines near the edges of each image."""
        if not self.strength:
            return canvas
        unit = canvas.line_height
        u = numbers(stream, 20).reshape(-1, 4, 5)
        chances = np.array([self.sides, self.ends, self.sides, self.ends])
        depth = self.strength * self.darkest * (0.2 + 0.8 * u[:, :, 1]) * (u[:, :, 0] < chances)
        half = max(1.0, self.thickness * unit) * (0.3 + 0.5 * u[:, :, 2])
        inset = self.inset * unit * u[:, :, 3]
        slope = self.slope * (2 * u[:, :, 4] - 1)
        # Half the size, from the middle to the side: left, top, right, bottom.
        reach = np.tile((canvas.sizes - 1) / 2, 2) - inset
        lines = np.stack([reach, half, depth, slope], axis=2).astype(np.float32)
        return canvas.with_images(bordered(canvas.images, canvas.widths, lines))


@accelerated("edges")
def bordered(images: Pixels, widths: Ints, lines: Field) -> Pixels:
    """Draw a line at each side: left, top, right, bottom.

    Parameters
    ----------
    images, widths
        As in a canvas.
    lines : ndarray of float32, shape (B, 4, 4)
        Distance from the middle, half the thickness, light absorbed, and slope of each line.
    """
    rows = np.flatnonzero(np.any(lines[:, :, 2] > 0, axis=1))

    def light(line: Field, across: Field, along: Field) -> Field:
        """Return how much light a line leaves; `across` grows towards its side."""
        reach, half, depth, slope = line[:, :, None, None]
        covered = np.clip(half + np.float32(0.5) - np.abs(across - reach + along * slope), 0, 1)
        left: Field = 1 - covered * depth
        return left

    def level(block: Block) -> Field:
        (left, top, right, foot), (y, x) = lines[rows[block.rows]].transpose(1, 2, 0), block.grid()
        sheet = light(left, -x, y) * light(right, x, y)
        sheet *= light(top, -y, x)
        sheet *= light(foot, y, x)
        return sheet

    return shade(images, widths, level, rows)
