"""Any of imgaug's augmenters, for glyphs and for finished images."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Flags, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.transforms._guard import keep_ink

Segments = NDArray[np.int32]

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
            segments = _segments(canvas.images[row], boxes[mine], inks[mine])
            image, moved = augmenter.picture_with_segments(canvas.images[row], segments, seed)
            measured = _measured(image, segments, moved, len(mine))
            if measured is None:
                continue
            images[row] = image
            if not np.array_equal(moved, segments):
                boxes[mine], inks[mine] = measured
        return replace(canvas, images=images, boxes=boxes, ink_boxes=inks)

    def _made(self) -> Any:
        from mnistseq.transforms._imgaug import Augmenter  # imgaug takes more than a second

        # A new one each time: an augmenter is seeded in place, and threads may share this.
        return Augmenter(self.augmenter, self.arguments)


def _segments(image: Pixels, boxes: Ints, inks: Ints) -> Segments:
    """Whose cell and whose ink is where, from 1: int32, shape (height, width, 2 * planes).

    Cells that overlap are on different planes, then come the planes of the ink.
    """
    grey = image if image.ndim == 2 else image.min(axis=2)
    planes = _apart(boxes)
    segments = np.zeros((*grey.shape, 2 * planes), np.int32)
    for glyph, (box, ink_box) in enumerate(zip(boxes, inks, strict=True)):
        plane = glyph % planes
        segments[box[1] : box[3], box[0] : box[2], plane] = glyph + 1
        x0, y0, x1, y1 = ink_box
        patch = grey[y0:y1, x0:x1]
        if patch.size:
            darkest, palest = int(patch.min()), int(patch.max())
            dark = patch <= palest - (palest - darkest) // 8
            segments[y0:y1, x0:x1, planes + plane][dark] = glyph + 1
    return segments


def _apart(boxes: Ints) -> int:
    """Every how many glyphs no two of them overlap."""
    for step in range(1, len(boxes)):
        if (boxes[step:, 0] >= boxes[:-step, 2]).all():
            return step
    return max(1, len(boxes))


def _measured(
    image: Pixels, before: Segments, after: Segments, count: int
) -> tuple[Ints, Ints] | None:
    """Boxes of cells and ink where they are now; None if a glyph is lost."""
    planes = before.shape[2] // 2
    grey = image if image.ndim == 2 else image.min(axis=2)
    boxes, inks = np.zeros((2, count, 4), dtype=np.int64)
    for glyph in range(count):
        plane = glyph % planes
        boxes[glyph] = _around(after[..., plane] == glyph + 1, 0)
        had = int((before[..., planes + plane] == glyph + 1).sum())
        now = after[..., planes + plane] == glyph + 1
        if int(now.sum()) < had * _LEAST_AREA:
            return None
        # What was too pale to be told from the ground lies within a pixel of the rest.
        x0, y0, x1, y1 = inks[glyph] = _around(now, 1)
        patch = grey[y0:y1, x0:x1]
        if patch.size > 1 and int(patch.max()) - int(patch.min()) < _LEAST_CONTRAST:
            return None
    return boxes, inks


def _around(where: Flags, margin: int) -> Ints:
    """The box around what is true and a margin, within the image; all 0 where nothing is."""
    y, x = np.nonzero(where)
    if not len(y):
        return np.zeros(4, dtype=np.int64)
    height, width = where.shape
    box = np.array([x.min(), y.min(), x.max() + 1, y.max() + 1])
    box += [-margin, -margin, margin, margin]
    around: Ints = np.clip(box, 0, [width, height, width, height])
    return around
