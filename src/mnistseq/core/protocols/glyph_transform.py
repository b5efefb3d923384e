"""GlyphTransform: changes glyphs before they are spaced."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from mnistseq.core.array_types import Pixels
from mnistseq.core.motion import Motion
from mnistseq.core.randomness import GlyphStream


class GlyphTransform(ABC):
    """Changes glyphs before they are spaced."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Change each glyph independently of the others.

        Parameters
        ----------
        glyphs : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
            0 is the background, 255 the strongest ink. Read-only.
        stream : GlyphStream
            The glyphs' random words, the only source of randomness allowed.

        Returns
        -------
        ndarray of uint8
            The changed glyphs, in the same shape. A glyph with ink must keep some.
        """

    def motion(self, height: int, stream: GlyphStream) -> Motion | None:
        """Return how the transform moves glyphs, if it does nothing else; by default it does more.

        A pen then draws moved paths, and `apply` is not called: strokes stay sharp, however
        many such transforms come first in the list.

        Parameters
        ----------
        height : int
            Of the pictures, in pixels.
        stream : GlyphStream
            The same words as for `apply`.

        Returns
        -------
        Motion or None
            In pixels of pictures of that height, for each of the stream's glyphs.
        """
        return None
