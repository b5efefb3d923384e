"""The fine wavy print of cheques and certificates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import (
    Block,
    Field,
    Keys,
    clouds,
    numbers,
    numbers_and_keys,
    shade,
    wave,
)

_WANDERING = np.float32(0.25)
"""How far the most uneven lines wander, in distances between lines."""


@dataclass(frozen=True)
class PaperWaves(Checked, CanvasTransform):
    """Print fine waves on the paper, as on cheques.

    Two sets of parallel wavy lines cross each other, each with a random slope,
    distance and amplitude. Bent into arcs they look like a rosette, and printed only
    where they cross they are dots. Uneven ones wander, and fade in places.
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

    slope: Annotated[float, Ge(0), Le(2)] = field(
        default=1.2, metadata={"help": "largest slope of the lines, up or down"}
    )
    curve: Annotated[float, Ge(0), Le(2)] = field(
        default=0.0,
        metadata={
            "help": "how far the most curved lines bend away at a distance of one height from the middle"
        },
    )
    dots: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0, metadata={"help": "chance that a print is dots, where the lines cross"}
    )
    swing: Annotated[float, Ge(0), Le(2)] = field(
        default=1.0, metadata={"help": "how far the lines swing; 0: they are straight or arcs"}
    )
    thinness: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "how thin the thinnest lines are; 0: as wide as the gaps between them"},
    )
    unevenness: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "how far the most uneven lines wander, fade and vary in distance"},
    )
    chance: Annotated[float, Ge(0), Le(1)] = field(
        default=1.0, metadata={"help": "chance that an image has a print"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Print waves under the ink of each image."""
        if not self.strength:
            return canvas
        u = numbers(stream, 16)
        # Curves left and right, dots and chance came later, and have words of their own.
        more = numbers(stream.of(f"{stream.purpose}/print"), 4)
        depth = self.strength * self.darkest * (0.35 + 0.65 * u[:, 0])
        unit = canvas.line_height
        sets = [self._set(u[:, 2:8], more[:, 0], unit), self._set(u[:, 8:14], more[:, 1], unit)]
        dotted = more[:, 2] < self.dots
        v, (key,) = numbers_and_keys(stream.of(f"{stream.purpose}/flaws"), 2, 1)
        thin, uneven = (
            self.thinness * (0.4 + 0.6 * v[:, 0]),
            self.unevenness * (0.4 + 0.6 * v[:, 1]),
        )
        depth *= more[:, 3] < self.chance
        columns = [*sets, 0.8 * u[:, 1], -depth, dotted, thin, uneven]
        parameters = np.column_stack(columns).astype(np.float32)
        return canvas.with_images(waved(canvas.images, canvas.widths, parameters, key, 0.25 * unit))

    def _set(self, u: Floats, curved: Floats, unit: int) -> Floats:
        """Return the numbers of a set of lines for each image: float64, shape (B, 7)."""
        distance = max(2.2, self.distance * unit) * (2 / 3 + 2 / 3 * u[:, 0])
        slope = self.slope * (2 * u[:, 1] - 1)
        swing = self.swing * (0.15 + 0.5 * u[:, 2]) * unit / distance / 4
        length = unit * (0.8 + 2.2 * u[:, 3])
        curve = self.curve * (2 * curved - 1) / unit / distance
        return np.stack(
            [1 / length, u[:, 4], swing, slope / distance, u[:, 5], 1 / distance, curve], axis=1
        )


@accelerated("papers")
def waved(images: Pixels, widths: Ints, parameters: Field, keys: Keys, cell: float) -> Pixels:
    """Print two sets of waves, of seven numbers each.

    After them come the share of the second set, the depth, 1 for dots or 0 for lines, how thin
    the lines are, and how uneven. Clouds of a size move and fade uneven lines. An image whose
    depth is 0 has none.
    """
    rows = np.flatnonzero(parameters[:, 15])

    def lines(own: Field, y: Field, x: Field, moved: Field) -> Field:
        """Return one set of lines: 1 on the lines, 0 between them."""
        bend = wave(x * own[0] + own[1])
        bend *= own[2]
        bend += x * own[3]
        bend += own[4]
        bend += x * x * own[6]
        fine = wave(y * own[5] + bend + moved)
        fine += 1
        fine *= np.float32(0.5)
        return fine * fine

    def thinner(sheet: Field, thin: Field) -> Field:
        squared = sheet * sheet
        return sheet + (squared * squared - sheet) * thin

    def level(block: Block) -> Field:
        part = rows[block.rows]
        own, (y, x) = parameters[part].T[:, :, None, None], block.grid()
        flaw = own[18]
        if flaw.any():
            size = block.height, block.width
            flaw = flaw * clouds(keys[part], size, cell, block.widths, block.lines)
        moved = flaw * _WANDERING
        sheet = thinner(lines(own[:7], y, x, moved), own[17])
        other = thinner(lines(own[7:14], y, x, -moved), own[17])
        crossings = sheet * other
        other -= sheet
        other *= own[14]
        sheet += other
        crossings -= sheet
        crossings *= own[16]
        sheet += crossings
        sheet *= own[15]
        sheet *= flaw + 1
        sheet += 1
        return sheet

    return shade(images, widths, level, rows)
