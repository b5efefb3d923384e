"""Text files beside the images, as kraken, Tesseract and Calamari read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from mnistseq.core.samples import SampleBatch
from mnistseq.formats.label_formats.base import LabelFormat


class GtTxt(LabelFormat):
    """The text of each sample in a file of its own: ``000000000.gt.txt``."""

    name: ClassVar[str] = "gttxt"
    image_suffix: ClassVar[str | None] = ".gt.txt"

    def beside_images(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield the text of each sample as a line."""
        return (f"{text}\n".encode() for text in batch.texts)
