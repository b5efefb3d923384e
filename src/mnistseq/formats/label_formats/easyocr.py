"""easyocr: a list of images and texts beside the images, for EasyOCR's trainer.

Source: https://github.com/JaidedAI/EasyOCR, ``trainer/dataset.py``, which splits a line at its
first comma and treats quotes as part of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat


class EasyOcr(LabelFormat):
    """``labels.csv`` in each folder of images: filename, words."""

    name: ClassVar[str] = "easyocr"

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Warn about what the trainer does with texts of digits."""
        if not all(text.isdecimal() for text in texts):
            return ()
        return (
            (
                "all texts are digits, which EasyOCR's trainer reads as numbers: add dtype=str to "
                "its call of pandas.read_csv"
            ),
        )

    def of_shard(
        self, names: Sequence[str], texts: Sequence[str], folder: str
    ) -> Iterator[LabelFile]:
        """Yield the list of a shard's images."""
        lines = (f"{name},{text}\n" for name, text in zip(names, texts, strict=True))
        yield f"{folder}labels.csv", ["filename,words\n", *lines]
