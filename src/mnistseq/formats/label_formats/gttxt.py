"""gttxt: text files beside the images, for kraken, Tesseract and Calamari."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from mnistseq.core.samples import SampleBatch
from mnistseq.formats.label_formats.base import LabelFormat


class GtTxt(LabelFormat):
    """The text of each sample in a separate file: ``000000000.gt.txt``."""

    name: ClassVar[str] = "gttxt"
    image_suffix: ClassVar[str | None] = ".gt.txt"

    def beside_images(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield the text of each sample as a line."""
        return (f"{text}\n".encode() for text in batch.texts)
