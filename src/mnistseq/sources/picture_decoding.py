"""Picture files → arrays of one height."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Pixels
from mnistseq.core.resample import resample
from mnistseq.errors import SourceError

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What is opened: left to itself, Pillow would hand a file to Ghostscript, too."""

_TRANSPOSED = (5, 6, 7, 8)
_ORIENTATION = 0x0112


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Pillow's warning that a small file claims a huge picture, as an error."""
    from PIL import Image  # 40 ms, and a bank from the cache needs none of it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def picture_height(content: bytes, path: Path) -> int:
    """Height in pixels as it is shown, from the header alone."""
    with _opened(content, path) as image:
        turned = image.getexif().get(_ORIENTATION) in _TRANSPOSED
        return int(image.width if turned else image.height)


def decode(content: bytes, path: Path, *, colour: bool, ground: int, height: int | None) -> Pixels:
    """Decode a picture and scale it to a height, its width with it.

    Parameters
    ----------
    content : bytes
    path : Path
        For messages.
    colour : bool
        Whether to give (height, width, 3) instead of (height, width).
    ground : int
        Grey level that shines through where a picture is transparent.
    height : int or None
        None: its own.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    SourceError
        If it cannot be decoded, or claims more pixels than any glyph has.
    """
    with _opened(content, path) as image:
        pixels = _pixels(image, colour=colour, ground=ground)
    if height is None or height == len(pixels):
        return pixels
    width = max(1, round(pixels.shape[1] * height / pixels.shape[0]))
    return resample(resample(pixels, 0, height), 1, width)


@contextmanager
def _opened(content: bytes, path: Path) -> Iterator[Image]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise SourceError(f"{path}: too large for a glyph: {error}") from None
    except UnidentifiedImageError:
        raise SourceError(f"{path}: not a picture in any of {', '.join(FORMATS)}") from None
    # Pillow's decoders raise all of these on damaged files.
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError) as error:
        raise SourceError(f"{path}: damaged picture: {error}") from None


def _pixels(image: Image, *, colour: bool, ground: int) -> Pixels:
    from PIL import Image, ImageOps

    image.load()
    image = ImageOps.exif_transpose(image)
    mode = "RGB" if colour else "L"
    if image.mode.startswith("I"):
        # 16 bits a pixel, which Pillow would clip at 255 instead of scaling.
        deep: NDArray[Any] = np.asarray(image)
        grey = (np.clip(deep, 0, 65_535) >> 8).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2) if colour else grey
    if image.has_transparency_data:
        picture = image.convert("RGBA")
        paper = Image.new("RGBA", picture.size, (ground, ground, ground, 255))
        image = Image.alpha_composite(paper, picture)
    return np.asarray(image.convert(mode), dtype=np.uint8)
