"""Margins beside the line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength


@dataclass(frozen=True)
class Margins(Checked, CanvasTransform):
    """Add white margins to the left and right of the line, with room for marks.

    They make each image wider. Where the config asks for a width, the line
    gets that many columns less, so the image has the width asked for.
    """

    name: ClassVar[str] = "margins"
    mixed_widths: ClassVar[bool] = True
    carries_masks: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    left: Annotated[float, Ge(0), Le(20)] = field(
        default=0.3, metadata={"help": "left margin, as a fraction of the height"}
    )
    right: Annotated[float, Ge(0), Le(20)] = field(
        default=0.8, metadata={"help": "right margin, as a fraction of the height"}
    )

    def added_width(self, height: int) -> int:
        """Return the width of both margins beside a line of this height."""
        return sum(self._sides(height))

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Widen each image."""
        left, right = self._sides(canvas.line_height)
        if not left + right:
            return canvas
        boxes, ink_boxes = canvas.boxes.copy(), canvas.ink_boxes.copy()
        boxes[:, ::2] += left
        inked = ink_boxes[:, 2] > ink_boxes[:, 0]
        ink_boxes[:, ::2] += left * inked[:, None]
        images = widened(canvas.images, canvas.widths, left, right)
        widths = None if canvas.own_widths is None else canvas.own_widths + left + right
        changed = replace(
            canvas, images=images, boxes=boxes, ink_boxes=ink_boxes, own_widths=widths
        )
        if canvas.masks is None or canvas.quads is None:
            return changed
        masks = np.pad(canvas.masks, ((0, 0), (0, 0), (left, right)))
        return replace(changed, masks=masks, quads=canvas.quads + np.array([left, 0]))

    def _sides(self, height: int) -> tuple[int, int]:
        return round(self.strength * self.left * height), round(self.strength * self.right * height)


@accelerated("edges")
def widened(images: Pixels, widths: Ints, left: int, right: int) -> Pixels:
    """Add white columns to the left and right of each image."""
    count, height, width, *channels = images.shape
    result = np.full((count, height, left + width + right, *channels), 255, dtype=np.uint8)
    result[:, :, left : left + width] = images
    for row in np.flatnonzero(widths < width).tolist():
        result[row, :, left + widths[row] :] = 255
    return result
