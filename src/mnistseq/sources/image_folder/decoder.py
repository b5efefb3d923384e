"""Decoder: decode picture files to arrays of one height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnistseq.core.array_types import Pixels
from mnistseq.imaging.decode import BrokenImageError, as_shown, is_turned, opened


@dataclass(frozen=True)
class Decoder:
    """Decodes pictures and scales them to one height.

    Attributes
    ----------
    height : int
        Height in pixels; widths are scaled in proportion.
    colour : bool
        Whether to return (height, width, 3) instead of (height, width).
    ground : int
        Grey level, 0 to 255, behind transparent parts.
    max_aspect : float
        Maximum ratio of width to height.
    """

    height: int
    colour: bool
    ground: int
    max_aspect: float

    def decode(self, content: bytes) -> Pixels:
        """Decode a picture, and scale it with Pillow's triangle filter.

        Large JPEGs are decoded at 1/2, 1/4 or 1/8 of their size, but at least at twice the
        height, which the format allows in a fraction of the time. BrokenImageError if the picture
        cannot be decoded, has too many pixels, or is too wide.
        """
        with opened(content) as image:
            whole = image.size
            if image.format == "JPEG":
                factor = 2 * self.height / (whole[0] if is_turned(image) else whole[1])
                least = max(1, int(whole[0] * factor)), max(1, int(whole[1] * factor))
                image.draft(None if self.colour else "L", least)
            image.load()
            width, height = whole[::-1] if is_turned(image) else whole
            self._check_width(width, height)
            picture = as_shown(image, "RGB" if self.colour else "L", self.ground)
            wanted = max(1, round(width * self.height / height)), self.height
            if picture.size != wanted:
                from PIL.Image import Resampling

                picture = picture.resize(wanted, Resampling.BILINEAR)
            return np.asarray(picture, dtype=np.uint8)

    def _check_width(self, width: int, height: int) -> None:
        if width > self.max_aspect * height:
            raise BrokenImageError(
                f"{width} x {height} px is more than {self.max_aspect:g} times as wide as high "
                "(max_aspect)"
            )
