"""Picture files → arrays of one height."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Pixels
from mnistseq.errors import SourceError


class BrokenPictureError(SourceError):
    """A picture that cannot be used; the text is the reason alone."""


if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What is opened: left to itself, Pillow would hand a file to Ghostscript, too."""

MOST_PIXELS = 89_478_485
"""What Pillow itself warns from: a quarter of a gigabyte in three bytes a pixel."""

_COLOURED = frozenset(("RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"))
_TRANSPOSED = (5, 6, 7, 8)
_ORIENTATION = 0x0112


class Header(NamedTuple):
    """What a picture says of itself: width and height as it is shown, and whether it has colours."""

    width: int
    height: int
    coloured: bool


@dataclass(frozen=True)
class Decoder:
    """Makes pictures of one height.

    Attributes
    ----------
    height : int
        The width goes with it.
    colour : bool
        Whether to give (height, width, 3) instead of (height, width).
    ground : int
        Grey level that shines through where a picture is transparent.
    max_aspect : float
        How many times as wide as high a picture may be.
    """

    height: int
    colour: bool
    ground: int
    max_aspect: float

    def decode(self, content: bytes) -> Pixels:
        """Decode a picture, and scale it with Pillow's triangle filter.

        A JPEG that is far too large is decoded at a half, a quarter or an
        eighth, which its format allows for a fraction of the time, and still
        at no less than twice the height.

        Returns
        -------
        ndarray of uint8

        Raises
        ------
        BrokenPictureError
            If it cannot be decoded, claims more pixels than any glyph has, or
            is too wide.
        """
        with _opened(content) as image:
            whole = image.size
            if image.format == "JPEG":
                factor = 2 * self.height / (whole[0] if _is_turned(image) else whole[1])
                least = max(1, int(whole[0] * factor)), max(1, int(whole[1] * factor))
                image.draft(None if self.colour else "L", least)
            image.load()
            width, height = whole[::-1] if _is_turned(image) else whole
            self._check_width(width, height)
            picture = self._upright(image)
            wanted = max(1, round(width * self.height / height)), self.height
            if picture.size != wanted:
                from PIL.Image import Resampling

                picture = picture.resize(wanted, Resampling.BILINEAR)
            return np.asarray(picture, dtype=np.uint8)

    def _check_width(self, width: int, height: int) -> None:
        if width > self.max_aspect * height:
            raise BrokenPictureError(
                f"{width} x {height} px is more than {self.max_aspect:g} times as wide as high "
                "(max_aspect)"
            )

    def _upright(self, image: Image) -> Image:
        """The picture in grey or colours, turned as its camera noted, on its ground."""
        from PIL import Image, ImageOps

        ImageOps.exif_transpose(image, in_place=True)
        mode = "RGB" if self.colour else "L"
        if image.mode == "F":
            raise BrokenPictureError("has floating-point pixels; save it with 8 or 16 bits")
        if image.mode.startswith("I"):
            # 16 bits a pixel, which Pillow would clip at 255 instead of scaling.
            deep: NDArray[Any] = np.asarray(image)
            return Image.fromarray((np.clip(deep, 0, 65_535) >> 8).astype(np.uint8)).convert(mode)
        if image.has_transparency_data:
            picture = image.convert("RGBA")
            paper = Image.new("RGBA", picture.size, (self.ground,) * 3 + (255,))
            return Image.alpha_composite(paper, picture).convert(mode)
        return image.convert(mode)


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Pillow without its warnings: what matters of them is looked at here, picture by picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_header(content: bytes) -> Header:
    """Size and colours, nothing decoded; BrokenPictureError as with decoding."""
    with _opened(content) as image:
        # Where a PNG's EXIF stands behind its pixels, Pillow would decode these to come to it.
        turned = (image.format != "PNG" or "exif" in image.info) and _is_turned(image)
        width, height = image.size[::-1] if turned else image.size
        return Header(width, height, _has_colours(image))


def _is_turned(image: Image) -> bool:
    return image.getexif().get(_ORIENTATION) in _TRANSPOSED


def _has_colours(image: Image) -> bool:
    palette = image.palette
    if image.mode not in ("P", "PA") or palette is None:
        return image.mode in _COLOURED
    raw = np.frombuffer(bytes(palette.palette), dtype=np.uint8)
    width = len(palette.rawmode or palette.mode)
    colours = raw[: len(raw) // width * width].reshape(-1, width)[:, :3]
    return bool((colours != colours[:, :1]).any())


def _check_pixels(image: Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise BrokenPictureError(
            f"too large for a glyph: {image.width} x {image.height} px, more than {MOST_PIXELS} in all"
        )


@contextmanager
def _opened(content: bytes) -> Iterator[Image]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_pixels(image)
            yield image
    except Image.DecompressionBombError:
        # Pillow's own limit is twice as much, and its words are about an attack.
        raise BrokenPictureError(
            f"too large for a glyph: more than {MOST_PIXELS} px in all"
        ) from None
    except UnidentifiedImageError:
        raise BrokenPictureError(f"not a picture in any of {', '.join(FORMATS)}") from None
    except BrokenPictureError:
        raise
    # Pillow's decoders raise all of these on damaged files.
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        ArithmeticError,
        TypeError,
        LookupError,
        AttributeError,
        struct.error,
    ) as error:
        raise BrokenPictureError(f"damaged picture: {error}") from None
