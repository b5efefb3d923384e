"""Canvas: whole images with their boxes, which canvas transforms work on. CanvasRule: its height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError

VerticalAlign: TypeAlias = Literal["top", "center", "bottom", "random"]


class CanvasRule(NamedTuple):
    """Height of the images, and vertical position of the line in them.

    Parameters
    ----------
    height : int or None
        Height of the images in pixels; None means the height of the line.
    align : {'top', 'center', 'bottom', 'random'}
        Position of the line in a higher image.
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
            The samples' random words.
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

    Their widths may differ: `images` is as wide as the widest, and the pixels to the right of an
    image's own width are padding of arbitrary value. A transform gets such a canvas only if it
    sets `CanvasTransform.mixed_widths`.

    Attributes
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        Dark ink on a light background: 0 is black, 255 white.
    boxes, ink_boxes : ndarray of int64, shape (N, 4)
        x0, y0, x1, y1 of each glyph's cell and ink, half open, image after image.
    owner : ndarray of int64, shape (N,)
        Index of the image that each box belongs to, in ascending order.
    line_height : int
        Height of the painted line in pixels; by default the height of the images. Transforms
        measure lengths in it, so that a pen, blur or pattern suits the glyphs on any canvas.
    inverted : bool
        Whether the images will be inverted in the end, for light ink on dark. Transforms
        therefore invert the colours that they are given.
    own_widths : ndarray of int64, shape (B,), or None
        Width of each image in pixels; None if all are as wide as `images`.
    masks : ndarray of uint16, shape (B, height, width), or None
        0 where no glyph has ink, 1 for the first glyph of an image, and so on; None unless
        masks are requested.
    quads : ndarray of float64, shape (N, 4, 2), or None
        x, y of the corners of each cell, clockwise from the upper left; None without masks.
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
        """Return the canvas with other images and the same boxes, for transforms that move no ink."""
        return Canvas(
            images,
            self.boxes,
            self.ink_boxes,
            self.owner,
            self.line_height,
            self.inverted,
            self.own_widths,
            self.masks,
            self.quads,
        )
