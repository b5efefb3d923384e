"""Any of imgaug's augmenters, for whole images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.core.segmentation import corners_of
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
    carries_masks: ClassVar[bool] = True

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Augment each image by random numbers of its own, and move its boxes."""
        augmenter = self.make()
        images, boxes = canvas.images.copy(), canvas.boxes.copy()
        ink_boxes = canvas.ink_boxes.copy()
        masks = None if canvas.masks is None else canvas.masks.copy()
        quads = None if canvas.quads is None else canvas.quads.copy()
        for row, seed in enumerate(stream.words(1)[:, 0]):
            glyphs = np.flatnonzero(canvas.owner == row)
            before = segmented(canvas.images[row], boxes[glyphs], ink_boxes[glyphs])
            given = before
            if masks is not None:
                given = np.concatenate([before, masks[row, :, :, None].astype(np.int32)], axis=2)
            image, moved = augmenter.picture_with_segments(canvas.images[row], given, seed)
            after = moved[:, :, : before.shape[2]]
            found = measured(canvas.images[row], image, before, after, ink_boxes[glyphs])
            if found is None:
                continue
            images[row] = image
            ink_boxes[glyphs] = found
            if masks is not None:
                masks[row] = moved[:, :, -1]
            if not np.array_equal(after, before):
                boxes[glyphs] = cells(after, len(glyphs))
                if quads is not None:
                    quads[glyphs] = corners_of(boxes[glyphs])
        return replace(
            canvas, images=images, boxes=boxes, ink_boxes=ink_boxes, masks=masks, quads=quads
        )
