"""Canvas: whole images and their boxes, as canvas transforms get them; and its height."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Floats, Ints, Pixels
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError

VerticalAlign: TypeAlias = Literal["top", "center", "bottom", "random"]


@dataclass(frozen=True)
class CanvasRule:
    """How high images are, and where the line lies in them.

    Parameters
    ----------
    height : int or None
        Height of the image in pixels; None: the height of the line.
    align : {'top', 'center', 'bottom', 'random'}
        Where the line lies in a higher image.
    """

    height: int | None = None
    align: VerticalAlign = "center"

    def check(self, line_height: int) -> None:
        """Raise ArgumentError if the image is lower than its line."""
        if self.height is not None and self.height < line_height:
            raise ArgumentError(
                f"a canvas of {self.height} px is lower than the line, which is {line_height} px "
                f"high: take a canvas height of {line_height} or more, or an image height of "
                f"{self.height} or less, to which glyphs are scaled"
            )

    def tops(self, line_height: int, stream: Stream) -> Ints:
        """Return the first row of each image's line: int64, shape (samples of the stream,).

        Parameters
        ----------
        line_height : int
            In pixels.
        stream : Stream
            The samples' random words; the rule has a purpose of its own.
        """
        free = (self.height or line_height) - line_height
        if self.align == "random":
            chances = stream.of("canvas align").uniform(1)[:, 0]
            return (chances * (free + 1)).astype(np.int64)
        top = {"top": 0, "center": free // 2, "bottom": free}[self.align]
        return np.full(len(stream), top, dtype=np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class Canvas:
    """Images of one height, with the boxes of their glyphs.

    Their widths may differ: `images` is as wide as the widest, and the pixels right of an
    image's own width are padding, which means nothing and may have any value. A transform gets
    such a canvas only if it says so (`CanvasTransform.mixed_widths`).

    Attributes
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        Dark ink on a light background: 0 is black, 255 white.
    boxes, ink_boxes : ndarray of int64, shape (N, 4)
        x0, y0, x1, y1 of each glyph's cell and ink, half open, image after image.
    owner : ndarray of int64, shape (N,)
        The index of each box's image, in ascending order.
    line_height : int
        Height of the painted line in pixels, which is less than the images' where a higher
        canvas was asked for; by default the images' height. It is the unit of lengths, so
        that the same pen, blur or pattern suits the same glyphs on every canvas.
    inverted : bool
        Whether the finished images will be inverted, for light ink on dark. Given colours are
        therefore inverted first.
    own_widths : ndarray of int64, shape (B,), or None
        Width of each image in pixels; None if all of them are as wide as `images`.
    masks : ndarray of uint16, shape (B, height, width), or None
        The number of the glyph that each pixel's ink belongs to, from 1 in each image, or 0;
        None unless masks are asked for.
    quads : ndarray of float64, shape (N, 4, 2), or None
        x, y of the corners of each cell, clockwise from the upper left; None as for masks.
    """

    images: Pixels
    boxes: Ints
    ink_boxes: Ints
    owner: Ints
    line_height: int = 0
    inverted: bool = False
    own_widths: Ints | None = None
    masks: NDArray[np.uint16] | None = None
    quads: Floats | None = None

    def __post_init__(self) -> None:
        if not self.line_height:
            object.__setattr__(self, "line_height", self.images.shape[1])

    @property
    def widths(self) -> Ints:
        """Width of each image in pixels: int64, shape (B,)."""
        if self.own_widths is not None:
            return self.own_widths
        return np.full(len(self.images), self.images.shape[2], dtype=np.int64)

    @property
    def sizes(self) -> Ints:
        """Width and height of each image in pixels: int64, shape (B, 2)."""
        return np.stack([self.widths, np.full(len(self.images), self.images.shape[1])], axis=1)

    def with_images(self, images: Pixels) -> Canvas:
        """Return a canvas with other images and the same boxes, for transforms that move no ink."""
        return replace(self, images=images)
