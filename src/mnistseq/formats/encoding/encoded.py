"""Encoded: base class of formats that contain encoded images."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Self

from mnistseq.config.constraints import Range
from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import Format
from mnistseq.formats.encoding.images import DEFAULT_QUALITY, ImageFormat, jpeg_bytes
from mnistseq.formats.encoding.png import Compression, compressor, png_bytes, png_files, resolve


@dataclass(frozen=True)
class Encoded(Format):
    """Base class of formats that contain encoded images.

    Parameters
    ----------
    image_format : {'png', 'jpg', 'jpeg'}
    quality : int
        1 to 100, for JPEG.
    compression : {'auto', 'zlib', 'isal'}
        Library that compresses PNGs; it affects the bytes, not the pixels.
    masks : bool
        Whether records contain the mask of each glyph.
    """

    image_format: ImageFormat = field(default="png", metadata={"help": "format of image files"})
    quality: Annotated[int, Range(1, 100)] = field(
        default=DEFAULT_QUALITY, metadata={"help": "quality of JPEG"}
    )
    compression: Compression = field(
        default="auto",
        metadata={
            "help": "library that compresses PNGs: zlib makes smaller files, isal is faster; auto uses "
            "isal if it is installed"
        },
    )

    masks: bool = field(
        default=False, metadata={"help": "whether records contain the mask of each glyph's ink"}
    )

    @property
    def needs_masks(self) -> bool:
        """Whether batches must have masks."""
        return self.masks

    def resolved(self) -> Self:
        """Return the format with `compression` resolved, so that all machines make the same bytes.

        Raises
        ------
        OutputError
            If the compression needs a package that is not installed.
        """
        return replace(self, compression=resolve(self.compression))

    def versions(self) -> dict[str, str]:
        """Return the version of the library that encodes the images."""
        if self.image_format != "png":
            return {"libjpeg": _libjpeg_version()}
        if resolve(self.compression) == "isal":
            import isal  # an optional package

            return {"isal": isal.__version__}
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def unused(self, given: Collection[str]) -> Mapping[str, str]:
        """Return `quality` if it is given but images are PNGs."""
        if "quality" in given and self.image_format == "png":
            return {"quality": "applies only to JPEG"}
        return {}

    @property
    def media_type(self) -> str:
        """Media type of the image files."""
        return "image/png" if self.image_format == "png" else "image/jpeg"

    def encode(self, images: Pixels | list[Pixels]) -> list[bytes]:
        """Encode each image of a batch."""
        if self.image_format != "png":
            return [jpeg_bytes(image, self.quality) for image in images]
        compress = compressor(self.compression)
        if isinstance(images, list):
            return [png_bytes(image, compress) for image in images]
        return list(png_files(images, compress))


def _libjpeg_version() -> str:
    from PIL import features

    turbo = features.version("libjpeg_turbo")
    return f"turbo {turbo}" if turbo else str(features.version("jpg"))
