"""Picture files → arrays of one height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Pixels
from mnistseq.imaging.decode import BrokenImageError, is_turned, opened

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Decoder:
    """Decodes pictures and scales them to one height.

    Attributes
    ----------
    height : int
        In pixels; widths are scaled in proportion.
    colour : bool
        Whether to return (height, width, 3) instead of (height, width).
    ground : int
        Grey level, 0 to 255, behind the transparent parts of a picture.
    max_aspect : float
        Largest width, as a multiple of the height.
    """

    height: int
    colour: bool
    ground: int
    max_aspect: float

    def decode(self, content: bytes) -> Pixels:
        """Decode a picture file, and scale the picture with Pillow's triangle filter.

        A JPEG that is much too large is decoded at a half, a quarter or an eighth of its size,
        but at least at twice the height: its format allows that for a fraction of the time.

        Returns
        -------
        ndarray of uint8

        Raises
        ------
        BrokenImageError
            If it cannot be decoded, has too many pixels, or is too wide.
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
            picture = self._upright(image)
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

    def _upright(self, image: Image) -> Image:
        """Return the picture in grey or colour, rotated as its camera noted, on its ground."""
        from PIL import Image, ImageOps

        ImageOps.exif_transpose(image, in_place=True)
        mode = "RGB" if self.colour else "L"
        if image.mode == "F":
            raise BrokenImageError("has floating-point pixels; save it with 8 or 16 bits")
        if image.mode.startswith("I"):
            # 16 bits a pixel, which Pillow would clip at 255 instead of scaling.
            deep: NDArray[Any] = np.asarray(image)
            return Image.fromarray((np.clip(deep, 0, 65_535) >> 8).astype(np.uint8)).convert(mode)
        if image.has_transparency_data:
            picture = image.convert("RGBA")
            ground = Image.new("RGBA", picture.size, (self.ground,) * 3 + (255,))
            return Image.alpha_composite(ground, picture).convert(mode)
        return image.convert(mode)
