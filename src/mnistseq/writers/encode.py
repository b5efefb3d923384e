"""Images → the bytes of image files."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, Self, TypeAlias, get_args

from annotated_types import Ge, Le

from mnistseq.core.arrays import Pixels
from mnistseq.writers.png import Compression, Deflate, deflate, png_bytes, resolve

ImageFormat: TypeAlias = Literal["png", "jpg", "jpeg"]

IMAGE_FORMATS: tuple[str, ...] = get_args(ImageFormat)

DEFAULT_QUALITY = 95


@dataclass(frozen=True)
class Encoded:
    """The parameters of every format that holds encoded images.

    Parameters
    ----------
    image_format : {'png', 'jpg', 'jpeg'}
    quality : int
        1 to 100, for JPEG.
    compression : {'auto', 'zlib', 'isal'}
        What compresses PNGs. The pixels are the same, the bytes are not.
    """

    image_format: ImageFormat = field(default="png", metadata={"help": "how images are encoded"})
    quality: Annotated[int, Ge(1), Le(100)] = field(
        default=DEFAULT_QUALITY, metadata={"help": "quality of JPEG"}
    )
    compression: Compression = field(
        default="auto",
        metadata={
            "help": "what compresses PNGs; auto: isal where it is installed, for it is quick"
        },
    )

    def resolved(self) -> Self:
        """The same with a definite compression, so that another machine makes the same bytes.

        Raises
        ------
        OutputError
            If that compression is not installed.
        """
        return replace(self, compression=resolve(self.compression))

    def encode(self, images: Iterable[Pixels]) -> list[bytes]:
        """Encode each of some images."""
        if self.image_format == "png":
            pack = deflate(self.compression)
            return [png_bytes(image, pack) for image in images]
        return [_jpeg_bytes(image, self.quality) for image in images]


def encode_image(
    image: Pixels, kind: str, quality: int = DEFAULT_QUALITY, pack: Deflate | None = None
) -> bytes:
    """Encode an image.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    kind : {'png', 'jpg', 'jpeg'}
    quality : int
        1 to 100, for JPEG.
    pack : callable, optional
        What compresses a PNG; by default zlib, the same everywhere.
    """
    return png_bytes(image, pack) if kind == "png" else _jpeg_bytes(image, quality)


def decode_image(encoded: bytes) -> Pixels:
    """Decode an image file: uint8, shape (height, width), or (height, width, 3) in colour."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(encoded)) as image:
        return np.asarray(image)


def _jpeg_bytes(image: Pixels, quality: int) -> bytes:
    from PIL import Image  # 30 ms to import with what it imports for a format

    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
