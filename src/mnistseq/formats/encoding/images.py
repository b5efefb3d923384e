"""Images → the bytes of image files."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, Self, TypeAlias, get_args

from mnistseq.config.limits import Range
from mnistseq.core.arrays import Pixels
from mnistseq.core.protocols import Format
from mnistseq.errors import ArgumentError
from mnistseq.formats.encoding.png import (
    Compression,
    Deflate,
    deflate,
    png_bytes,
    png_files,
    resolve,
)

ImageFormat: TypeAlias = Literal["png", "jpg", "jpeg"]

IMAGE_FORMATS: tuple[str, ...] = get_args(ImageFormat)

DEFAULT_QUALITY = 95

_JPEG_LIMIT = 65_500
"""Pixels either way, as libjpeg has it."""


@dataclass(frozen=True)
class Encoded(Format):
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
    quality: Annotated[int, Range(1, 100)] = field(
        default=DEFAULT_QUALITY, metadata={"help": "quality of JPEG"}
    )
    compression: Compression = field(
        default="auto",
        metadata={
            "help": "what compresses PNGs; zlib makes smaller files, isal is quicker; auto: isal "
            "where it is installed"
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

    def unused(self, given: Collection[str]) -> Mapping[str, str]:
        """Return ``quality`` if it was given and images are not JPEGs."""
        if "quality" in given and self.image_format == "png":
            return {"quality": "applies only to JPEG"}
        return {}

    def encode(self, images: Pixels | list[Pixels]) -> list[bytes]:
        """Encode each of a batch's images."""
        if self.image_format != "png":
            return [_jpeg_bytes(image, self.quality) for image in images]
        pack = deflate(self.compression)
        if isinstance(images, list):
            return [png_bytes(image, pack) for image in images]
        return list(png_files(images, pack))


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


def _jpeg_bytes(image: Pixels, quality: int) -> bytes:
    height, width = image.shape[:2]
    if max(height, width) > _JPEG_LIMIT:
        raise ArgumentError(
            f"an image of {width} x {height} px is too large for JPEG, which holds {_JPEG_LIMIT} "
            "either way: take png"
        )
    from PIL import Image  # 30 ms to import with what it imports for a format

    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
