"""Drawing: a glyph as a pen path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnistseq.core.array_types import Floats


@dataclass(frozen=True, eq=False)
class Drawing:
    """A glyph as a pen path, in the coordinates of the tablet.

    Attributes
    ----------
    writer : str
        Writer of the glyph; empty if unknown.
    strokes : sequence of ndarray of float64, shape (n, 2)
        Points of each stroke, with x to the right and y downwards. There is at least one
        stroke, with at least one point each.
    origin : str
        File and line of the glyph, for messages.
    """

    label: str
    writer: str
    strokes: Sequence[Floats]
    origin: str

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Bounding box of all points: x0, y0, x1, y1."""
        points = np.concatenate(self.strokes)
        x0, y0 = points.min(axis=0).tolist()
        x1, y1 = points.max(axis=0).tolist()
        return x0, y0, x1, y1

    @property
    def width(self) -> float:
        """Width of the box."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.box[3] - self.box[1]

    @property
    def length(self) -> float:
        """Total length of all strokes."""
        steps = [np.diff(stroke, axis=0) for stroke in self.strokes]
        return float(sum(np.hypot(step[:, 0], step[:, 1]).sum() for step in steps))

    @property
    def extent(self) -> float:
        """The longer side of the box."""
        return max(self.width, self.height)
