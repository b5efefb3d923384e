"""Any of imgaug's augmenters, for glyphs and for finished images."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from mnistseq.core.arrays import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.transforms._guard import keep_ink

_LEAST_INK = 0.1
_LEAST_AREA = 0.5
_LEAST_CONTRAST = 16


@dataclass(frozen=True)
class Imgaug:
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
            segments = _segments(canvas.images[row], inks[mine])
            image, moved, corners = augmenter.picture_with_boxes(
                canvas.images[row], segments, boxes[mine], seed
            )
            measured = _measured(image, segments, moved, len(mine))
            if measured is None:
                continue
            images[row] = image
            if not np.array_equal(moved, segments):
                inks[mine] = measured
                boxes[mine] = _clipped(corners, image)
        return replace(canvas, images=images, boxes=boxes, ink_boxes=inks)

    def _made(self) -> Any:
        from mnistseq.transforms._imgaug import Augmenter  # imgaug takes more than a second

        # A new one each time: an augmenter is seeded in place, and threads may share this.
        return Augmenter(self.augmenter, self.arguments)


def _segments(image: Pixels, boxes: Ints) -> Ints:
    """Which ink is whose: int32, shape (height, width, 2), 0 where there is none."""
    grey = image if image.ndim == 2 else image.min(axis=2)
    segments = np.zeros((*grey.shape, 2), np.int32)
    for glyph, (x0, y0, x1, y1) in enumerate(boxes):
        patch = grey[y0:y1, x0:x1]
        if patch.size:
            darkest, palest = int(patch.min()), int(patch.max())
            ink = patch <= palest - (palest - darkest) // 8
            segments[y0:y1, x0:x1, glyph % 2][ink] = glyph + 1
    return segments


def _measured(image: Pixels, before: Ints, after: Ints, count: int) -> Ints | None:
    """Ink boxes around the moved segments, a pixel wider for soft edges; None if one is lost."""
    height, width = image.shape[:2]
    grey = image if image.ndim == 2 else image.min(axis=2)
    boxes = np.zeros((count, 4), dtype=np.int64)
    for glyph in range(count):
        plane = glyph % 2
        had = int((before[..., plane] == glyph + 1).sum())
        if not had:
            continue
        y, x = np.nonzero(after[..., plane] == glyph + 1)
        if len(y) < had * _LEAST_AREA:
            return None
        box = x.min() - 1, y.min() - 1, x.max() + 2, y.max() + 2
        boxes[glyph] = np.clip(box, 0, [width, height, width, height])
        x0, y0, x1, y1 = boxes[glyph]
        patch = grey[y0:y1, x0:x1]
        if patch.size > 1 and int(patch.max()) - int(patch.min()) < _LEAST_CONTRAST:
            return None
    return boxes


def _clipped(corners: Floats, image: Pixels) -> Ints:
    """Boxes in whole pixels, rounded outwards, within the image."""
    height, width = image.shape[:2]
    outer = np.concatenate([np.floor(corners[:, :2]), np.ceil(corners[:, 2:])], axis=1)
    return np.clip(outer, 0, [width, height, width, height]).astype(np.int64)
