"""CanvasTransform: changes whole images."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import Stream


class CanvasTransform(ABC):
    """Changes whole images after painting; their ink is dark on light, whatever the polarity."""

    name: ClassVar[str]

    mixed_widths: ClassVar[bool] = False
    """Whether `apply` takes images of different widths in one canvas, see `Canvas.own_widths`.

    Where it does not, it gets images of one width at a time, in more and smaller calls."""

    carries_masks: ClassVar[bool] = False
    """Whether it moves `Canvas.masks` and `Canvas.quads` with the pixels, where there are any.

    A transform that moves no pixels needs no such promise; another one without it is refused
    where masks are asked for."""

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Change each image independently of the others, and its boxes where ink moves.

        Parameters
        ----------
        canvas : Canvas
            Must not be written to.
        stream : Stream
            The images' random words, the only randomness allowed.
        """

    def check_polarity(self, *, light_on_dark: bool) -> None:  # noqa: B027  # most serve both
        """Raise ArgumentError if the transform cannot serve images of a polarity.

        By default it serves both.

        Parameters
        ----------
        light_on_dark : bool
            Whether the finished image has light ink on a dark background. The canvas has dark
            ink on light all the same, and is inverted in the end: see `Canvas.inverted`.
        """

    def added_width(self, height: int) -> int:
        """Return the number of columns that the transform adds to a line of this height.

        The height is the `line_height` of the canvas that `apply` gets. Where a config asks for a width, the glyphs get that many columns less, so
        that the finished image has the width asked for.
        """
        return 0
