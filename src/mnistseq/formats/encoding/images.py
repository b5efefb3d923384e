"""Encode images as PNG or JPEG."""

from __future__ import annotations

import io
from typing import Literal, TypeAlias, get_args

from mnistseq.core.array_types import Pixels
from mnistseq.errors import ArgumentError
from mnistseq.formats.encoding.png import png_bytes

ImageFormat: TypeAlias = Literal["png", "jpg", "jpeg"]

IMAGE_FORMATS: tuple[str, ...] = get_args(ImageFormat)

DEFAULT_QUALITY = 95

_JPEG_LIMIT = 65_500
"""Maximum width and height in pixels that libjpeg accepts."""


def encode_image(image: Pixels, image_format: str, quality: int = DEFAULT_QUALITY) -> bytes:
    """Encode a single image; PNGs use zlib, so that their bytes are the same everywhere.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    quality : int
        1 to 100, for JPEG.
    """
    return png_bytes(image) if image_format == "png" else jpeg_bytes(image, quality)


def jpeg_bytes(image: Pixels, quality: int) -> bytes:
    """Encode an image as JPEG."""
    height, width = image.shape[:2]
    if max(height, width) > _JPEG_LIMIT:
        raise ArgumentError(
            f"an image of {width} x {height} px is too large for JPEG, which allows {_JPEG_LIMIT} px "
            "in each direction: use png"
        )
    from PIL import Image  # takes 30 ms to import

    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
