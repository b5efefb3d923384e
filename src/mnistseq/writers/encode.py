"""One image → the bytes of an image file."""

from __future__ import annotations

import io
from typing import Literal, TypeAlias, get_args

from mnistseq.core.arrays import Pixels

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
    from PIL import Image  # 30 ms to import, and not every command encodes

    buffer = io.BytesIO()
    picture = Image.fromarray(image)
    if kind == "png":
        picture.save(buffer, "PNG")
    else:
        picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
