"""Any of imgaug's augmenters, for whole images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.imgaug_adapter import ImgaugParameters
from mnistseq.imaging.track_boxes import cells, measured, segmented


@dataclass(frozen=True)
class Imgaug(ImgaugParameters, CanvasTransform):
    """Run one of imgaug's augmenters on each image, given by name and arguments.

    ``{"name": "imgaug", "augmenter": "GaussianBlur", "arguments": {"sigma": 1.0}}``

    Two numbers in a list are a range to draw from. Images are dark ink on
    white, so augmenters that bring in background need ``"cval": 255``. Boxes
    follow the ink. An image that would lose a glyph is left unchanged.

    Random numbers come from NumPy's generators and pixels from OpenCV: equal
    calls give equal pixels in every batch and process, but other versions of
    those two packages may give other pixels.
    """

    name: ClassVar[str] = "imgaug"

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Augment each image by random numbers of its own, and move its boxes."""
        augmenter = self.make()
        images, boxes, ink_boxes = (
            canvas.images.copy(),
            canvas.boxes.copy(),
            canvas.ink_boxes.copy(),
        )
        for row, seed in enumerate(stream.words(1)[:, 0]):
            glyphs = np.flatnonzero(canvas.owner == row)
            before = segmented(canvas.images[row], boxes[glyphs], ink_boxes[glyphs])
            image, after = augmenter.picture_with_segments(canvas.images[row], before, seed)
            found = measured(canvas.images[row], image, before, after, ink_boxes[glyphs])
            if found is None:
                continue
            images[row] = image
            ink_boxes[glyphs] = found
            if not np.array_equal(after, before):
                boxes[glyphs] = cells(after, len(glyphs))
        return replace(canvas, images=images, boxes=boxes, ink_boxes=ink_boxes)
