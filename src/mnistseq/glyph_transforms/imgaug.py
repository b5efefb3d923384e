"""Any of imgaug's augmenters, for glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.imgaug_adapter import ImgaugParameters
from mnistseq.imaging.ink_floor import keep_ink

_LEAST_INK = 0.1


@dataclass(frozen=True)
class Imgaug(ImgaugParameters, GlyphTransform):
    """Run one of imgaug's augmenters on each glyph, given by name and arguments.

    ``{"name": "imgaug", "augmenter": "GaussianBlur", "arguments": {"sigma": 1.0}}``

    Two numbers in a list are a range to draw from. Glyphs are light ink on a
    black background. A glyph that would lose nine tenths of its ink is left
    unchanged.

    Random numbers come from NumPy's generators and pixels from OpenCV: equal
    calls give equal pixels in every batch and process, but other versions of
    those two packages may give other pixels.
    """

    name: ClassVar[str] = "imgaug"

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Augment each glyph by random numbers of its own."""
        changed = self.make().pictures(glyphs, stream.words(1)[:, 0])
        return keep_ink(glyphs, changed, _LEAST_INK)
