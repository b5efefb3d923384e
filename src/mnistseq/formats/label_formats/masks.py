"""masks: a picture of glyph indices for each image, for segmentation.

Source: PASCAL VOC and Cityscapes, whose instance masks number the objects of an image from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from mnistseq.core.samples import SampleBatch
from mnistseq.errors import FormatLimitError
from mnistseq.formats.encoding.png import png_bytes
from mnistseq.formats.label_formats.base import LabelFormat

_MOST = 255
"""Maximum number of glyphs in an 8-bit grey picture."""


class Masks(LabelFormat):
    """``masks/000000000.png``: 0 for no glyph, 1 for the ink of the first glyph, and so on."""

    name: ClassVar[str] = "masks"
    holds_any_label: ClassVar[bool] = True
    holds_masks: ClassVar[bool] = True
    image_suffix: ClassVar[str | None] = ".png"
    label_folder: ClassVar[str | None] = "masks"
    images_apart: ClassVar[bool] = True

    def beside_images(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield the picture of each sample; FormatLimitError if an image has too many glyphs."""
        longest = int(batch.sequences.lengths.max())
        if longest > _MOST:
            raise FormatLimitError(
                f"an image has {longest} glyphs, but label format masks can number {_MOST}: draw "
                "shorter sequences, or use the run lengths in the records"
            )
        return (png_bytes(mask.astype(np.uint8)) for mask in batch.masks or ())
