"""Opening image files. No other module does, so every file meets the same limits.

Files come from outside: the format is one of a fixed list, and the number of pixels is read from
the header and checked before anything is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from threading import Condition
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

Mode: TypeAlias = Literal["L", "RGB"]

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""The formats that are opened, whatever the file is called.

Without a list, Pillow tries every format it has, and runs the program Ghostscript for EPS.
"""

MAX_PIXELS = 89_478_485
"""Width times height. Pillow warns above this number: a quarter of a gigabyte in RGB."""


MAX_BYTES = 2**29
"""Size of the largest file that is read."""


class PixelBudget:
    """Limits the pixels of pictures that are decoded at the same time in all threads.

    A picture takes a few times its pixels in bytes while it is decoded, and there may be a thread
    for each of many cores. A picture of any size is decoded if no other is.

    Parameters
    ----------
    pixels : int
    """

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._used = 0
        self._changed = Condition()

    @contextmanager
    def taking(self, pixels: int) -> Iterator[None]:
        """Wait until there is room for a picture, and take it in this context."""
        with self._changed:
            self._changed.wait_for(lambda: not self._used or self._used + pixels <= self._pixels)
            self._used += pixels
        try:
            yield
        finally:
            with self._changed:
                self._used -= pixels
                self._changed.notify_all()


_BUDGET = PixelBudget(MAX_PIXELS)

_COLOURED = frozenset(("RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"))
_TRANSPOSED = (5, 6, 7, 8)
_ORIENTATION = 0x0112

_DECODING_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    TypeError,
    LookupError,
    AttributeError,
    struct.error,
)
"""What Pillow's decoders raise on damaged files."""


class BrokenImageError(ValueError):
    """An image file cannot be used; the text is the reason alone.

    Callers catch it and name the file, in an error of the kind that fits their task.
    """


class Header(NamedTuple):
    """What the header of an image file contains.

    Attributes
    ----------
    width, height : int
        In pixels, after the rotation that the camera recorded.
    coloured : bool
        Whether the file may hold colours.
    """

    width: int
    height: int
    coloured: bool


def decode_image(content: bytes, mode: Mode | None = None) -> Pixels:
    """Decode an image file.

    Parameters
    ----------
    content : bytes
        The whole file.
    mode : {'L', 'RGB'}, optional
        Grey or colour; by default what the file has.

    Returns
    -------
    ndarray of uint8, shape (height, width) or (height, width, 3)

    Raises
    ------
    BrokenImageError
        If it is damaged, too large or not in one of `FORMATS`.
    """
    with opened(content) as image:
        if mode is None:
            mode = "RGB" if _has_colours(image) else "L"
        return np.asarray(image if image.mode == mode else image.convert(mode))


def decode_file(path: Path, mode: Mode | None = None) -> Pixels:
    """Read and decode a user's image file, as a viewer shows it on white.

    Raises
    ------
    BrokenImageError
        As for `decode_image`; also if it is not a regular file, because reading a FIFO may never
        end, or is too large.
    OSError
        If it cannot be read.
    """
    facts = path.stat()
    if not S_ISREG(facts.st_mode):
        raise BrokenImageError("not a regular file")
    if facts.st_size > MAX_BYTES:
        raise BrokenImageError(f"too large: {facts.st_size} bytes, more than {MAX_BYTES}")
    with opened(path.read_bytes()) as image:
        return np.asarray(as_shown(image, mode or ("RGB" if _has_colours(image) else "L")))


def as_shown(image: Image, mode: Mode, ground: int = 255) -> Image:
    """Return an image in grey or colour, rotated as its camera recorded, with 8 bits a pixel.

    Parameters
    ----------
    image : Image
    mode : {'L', 'RGB'}
    ground : int
        Grey level, 0 to 255, behind transparent pixels.

    Raises
    ------
    BrokenImageError
        If its pixels are floating-point numbers, whose range is unknown.
    """
    from PIL import Image, ImageOps

    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "F":
        raise BrokenImageError("has floating-point pixels; save it with 8 or 16 bits")
    if image.mode.startswith("I"):
        # 16 bits a pixel, which Pillow would clip at 255 instead of scaling.
        deep: NDArray[Any] = np.asarray(image)
        return Image.fromarray((np.clip(deep, 0, 65_535) >> 8).astype(np.uint8)).convert(mode)
    if image.has_transparency_data:
        picture = image.convert("RGBA")
        paper = Image.new("RGBA", picture.size, (ground,) * 3 + (255,))
        return Image.alpha_composite(paper, picture).convert(mode)
    return image if image.mode == mode else image.convert(mode)


def read_header(content: bytes) -> Header:
    """Read size and colours without decoding any pixel; BrokenImageError as for `decode_image`."""
    with opened(content, pixels=False) as image:
        # Pillow would decode all pixels of a PNG to find EXIF data that follows them.
        turned = (image.format != "PNG" or "exif" in image.info) and is_turned(image)
        width, height = image.size[::-1] if turned else image.size
        return Header(width, height, _has_colours(image))


@contextmanager
def opened(content: bytes, *, pixels: bool = True) -> Iterator[Image]:
    """Open an image file with Pillow; errors inside the block become BrokenImageError, too.

    The block may decode, convert and scale the image, unless `pixels` is false.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_pixels(image)
            with _BUDGET.taking(image.width * image.height if pixels else 0):
                yield image
    except Image.DecompressionBombError:
        # Raised above twice our limit; Pillow's own text speaks of an attack.
        raise BrokenImageError(f"too large: more than {MAX_PIXELS} px in all") from None
    except UnidentifiedImageError:
        raise BrokenImageError(f"not an image in any of {', '.join(FORMATS)}") from None
    except BrokenImageError:
        raise
    except _DECODING_ERRORS as error:
        raise BrokenImageError(f"damaged: {error}") from None


def _check_pixels(image: Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise BrokenImageError(
            f"too large: {image.width} x {image.height} px, more than {MAX_PIXELS} in all"
        )


def is_turned(image: Image) -> bool:
    """Whether the camera recorded a rotation that swaps width and height."""
    return image.getexif().get(_ORIENTATION) in _TRANSPOSED


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Silence Pillow's warnings: what they warn of is checked here for each file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _has_colours(image: Image) -> bool:
    palette = image.palette
    if image.mode not in ("P", "PA") or palette is None:
        return image.mode in _COLOURED
    raw = np.frombuffer(bytes(palette.palette), dtype=np.uint8)
    width = len(palette.rawmode or palette.mode)
    colours = raw[: len(raw) // width * width].reshape(-1, width)[:, :3]
    return bool((colours != colours[:, :1]).any())
