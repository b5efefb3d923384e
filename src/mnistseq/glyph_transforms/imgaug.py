"""Any of imgaug's augmenters, for glyphs and for finished images."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from mnistseq.core.arrays import Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.imaging.ink_floor import keep_ink
from mnistseq.imaging.track_boxes import cells, measured, segmented

_LEAST_INK = 0.1


@dataclass(frozen=True)
class Imgaug(CanvasTransform, GlyphTransform):
    """Run one of imgaug's augmenters, by its name and its arguments.

    ``{"name": "imgaug", "augmenter": "GaussianBlur", "arguments": {"sigma": 1.0}}``

    Two numbers in a list are a range to draw from. Glyphs are light ink on
    black ground, finished images dark ink on white: for an image, augmenters
    that bring in ground need ``"cval": 255``. Boxes follow the ink. A glyph
    that lost nearly all of its ink, or an image that lost a glyph, is left as
    it was.

    Its random numbers come from NumPy's generators and its pixels from OpenCV:
    equal calls give equal pixels in whatever batch and process, but other
    versions of those two may give others.
    """

    name: ClassVar[str] = "imgaug"

    augmenter: str = field(metadata={"help": "name of a class in imgaug.augmenters"})
    arguments: dict[str, Any] = field(
        default_factory=dict, metadata={"help": "its arguments by their names"}
    )

    def __post_init__(self) -> None:
        self._made()

    def glyphs(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Augment each glyph by random numbers of its own."""
        changed = self._made().pictures(glyphs, stream.words(1)[:, 0])
        return keep_ink(glyphs, changed, _LEAST_INK)

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Augment each image by random numbers of its own, its boxes with it."""
        augmenter = self._made()
        images, boxes, inks = canvas.images.copy(), canvas.boxes.copy(), canvas.ink_boxes.copy()
        for row, seed in enumerate(stream.words(1)[:, 0]):
            mine = np.flatnonzero(canvas.owner == row)
            segments = segmented(canvas.images[row], boxes[mine], inks[mine])
            image, moved = augmenter.picture_with_segments(canvas.images[row], segments, seed)
            found = measured(canvas.images[row], image, segments, moved, inks[mine])
            if found is None:
                continue
            images[row] = image
            inks[mine] = found
            if not np.array_equal(moved, segments):
                boxes[mine] = cells(moved, len(mine))
        return replace(canvas, images=images, boxes=boxes, ink_boxes=inks)

    def _made(self) -> Any:
        from mnistseq.imaging.imgaug_adapter import Augmenter  # imgaug takes more than a second

        # A new one each time: an augmenter is seeded in place, and threads may share this.
        return Augmenter(self.augmenter, self.arguments)
