"""Ink of neighbouring lines and cells at the edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Flags, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import spans
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers


@dataclass(frozen=True)
class Neighbours(Checked, CanvasTransform):
    """Let ink of other lines reach in at the edges, as in crops from a full page.

    The ink is copied from the nearest side of the image's own line, so writer and pen match.
    It belongs to no glyph and touches none. Put this transform where the paper is white,
    before any that prints or tints it.
    """

    name: ClassVar[str] = "neighbours"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    sides: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3, metadata={"help": "chance of ink at the left side, and at the right side"}
    )
    ends: Annotated[float, Ge(0), Le(1)] = field(
        default=0.3, metadata={"help": "chance of ink at the top, and at the bottom"}
    )
    reach: Annotated[float, Ge(0), Le(1)] = field(
        default=0.25, metadata={"help": "how far it reaches in, as a fraction of the height"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Add ink at the edges of each image."""
        if not self.strength:
            return canvas
        count = len(canvas.images)
        low, high = spans(canvas.owner, canvas.ink_boxes, count)
        inked: Flags = np.all(low < high, axis=1, keepdims=True)
        low, high = np.where(inked, low, 0), np.where(inked, high, 0)
        free = np.stack([low, canvas.sizes - high], axis=1)
        u = numbers(stream, 12).reshape(count, 2, 2, 3)
        chances = self.strength * np.array([self.sides, self.ends])
        # From the nearest side: left and top show the end of a line, right and bottom its start.
        reach = np.minimum(self.reach * canvas.line_height * (0.2 + 0.8 * u[..., 0]), free - 1)
        chosen = (u[..., 1] < chances) & (reach >= 1) & inked[:, :, None]
        shift = np.stack([reach[:, 0] - high, canvas.sizes - reach[:, 1] - low], axis=1)
        beside = (2 * u[..., 2] - 1) * canvas.line_height * np.array([0.15, 1.0])
        rows, sides, axes = np.nonzero(chosen)
        moves = np.repeat(beside[rows, sides, axes, None], 2, axis=1)
        moves[np.arange(len(rows)), axes] = shift[rows, sides, axes]
        whole = np.floor(moves).astype(np.int64)
        return canvas.with_images(overlaid(canvas.images, canvas.widths, rows, whole))


@accelerated("edges")
def overlaid(images: Pixels, widths: Ints, rows: Ints, moves: Ints) -> Pixels:
    """Add the ink of some images to themselves, moved to the right and down."""
    result = images.copy()
    height, width = images.shape[1:3]
    for row, own, (across, down) in zip(rows, widths[rows].tolist(), moves.tolist(), strict=True):
        lines = slice(max(0, down), max(0, min(height, down + height)))
        columns = slice(max(0, across), max(0, min(width, across + own)))
        into = result[row, lines, columns]
        source = images[row, max(0, -down) :, max(0, -across) :]
        np.minimum(into, source[: into.shape[0], : into.shape[1]], out=into)
    return result
