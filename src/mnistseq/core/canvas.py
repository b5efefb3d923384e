"""Canvas: whole images and their boxes, as canvas transforms get them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mnistseq.core.arrays import Ints, Pixels


@dataclass(frozen=True, eq=False)
class Canvas:
    """Images of one size, with the boxes of their glyphs.

    Attributes
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        Dark ink on a light background: 0 is black, 255 white.
    boxes, ink_boxes : ndarray of int64, shape (N, 4)
        x0, y0, x1, y1 of each glyph's cell and ink, half open, image after image.
    owner : ndarray of int64, shape (N,)
        The index of each box's image, in ascending order.
    """

    images: Pixels
    boxes: Ints
    ink_boxes: Ints
    owner: Ints

    def with_images(self, images: Pixels) -> Canvas:
        """Return a canvas with other images and the same boxes, for transforms that move no ink."""
        return replace(self, images=images)
