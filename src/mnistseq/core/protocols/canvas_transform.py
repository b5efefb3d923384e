"""CanvasTransform: changes whole images."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import Stream


class CanvasTransform(ABC):
    """Changes whole images after painting. Ink is always dark on light here."""

    name: ClassVar[str]

    mixed_widths: ClassVar[bool] = False
    """Whether `apply` accepts images of different widths in one canvas, see `Canvas.own_widths`.

    If not, it gets only images of one width at a time, in more and smaller calls."""

    carries_masks: ClassVar[bool] = False
    """Whether `apply` moves `Canvas.masks` and `Canvas.quads` with the pixels, if there are any.

    Transforms that move no pixels need not set this. One that moves pixels without it is
    refused if masks are requested."""

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Change each image independently of the others, and its boxes where ink moves.

        Parameters
        ----------
        canvas : Canvas
            Read-only.
        stream : Stream
            The images' random words, the only source of randomness allowed.
        """

    def check_polarity(self, *, light_on_dark: bool) -> None:  # noqa: B027  # most serve both
        """Raise ArgumentError if the transform does not support a polarity; by default it supports both.

        Parameters
        ----------
        light_on_dark : bool
            Whether the finished image has light ink on a dark background. The canvas itself is
            always dark on light, and is inverted at the end: see `Canvas.inverted`.
        """

    def added_width(self, height: int) -> int:
        """Return how many columns the transform adds to a line with `line_height` equal to `height`.

        If a config sets the width of the image, the line gets that many columns less.
        """
        return 0
