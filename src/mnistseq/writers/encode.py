"""One image → the bytes of an image file."""

from __future__ import annotations

import io
from typing import Literal, TypeAlias, get_args

from mnistseq.core.arrays import Pixels
from mnistseq.writers.png import png_bytes

ImageFormat: TypeAlias = Literal["png", "jpg", "jpeg"]

IMAGE_FORMATS: tuple[str, ...] = get_args(ImageFormat)

DEFAULT_QUALITY = 95


def encode_image(image: Pixels, kind: str, quality: int = DEFAULT_QUALITY) -> bytes:
    """Encode an image.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    kind : {'png', 'jpg', 'jpeg'}
    quality : int
        1 to 100, for JPEG.
    """
    if kind == "png":
        return png_bytes(image)
    from PIL import Image  # 30 ms to import with what it imports for a format

    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
