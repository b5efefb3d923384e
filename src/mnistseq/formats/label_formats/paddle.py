"""paddle: lists of images and their texts, for PaddleOCR.

Source: https://www.paddleocr.ai, "Text recognition": ``rec_gt_train.txt`` (path, tab,
text) and ``dict.txt`` (one character per line).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from mnistseq.core.sequences import join
from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, LabelledSplit


class Paddle(LabelFormat):
    """``rec_gt_train.txt`` for the split train, and ``dict.txt``."""

    name: ClassVar[str] = "paddle"

    def of_split(self, split: LabelledSplit) -> Iterator[LabelFile]:
        """Yield the list of images of a split."""
        lines = (f"{path}\t{record['text']}\n" for path, record in split.records())
        yield f"rec_gt_{split.name}.txt", lines

    def of_data_set(self, splits: Sequence[LabelledSplit]) -> Iterator[LabelFile]:
        """Yield the list of all characters."""
        alphabet = splits[0].classes()
        # Repeat a label to include the comma between longer labels.
        characters = sorted(set(join([*alphabet, alphabet[0]])))
        yield "dict.txt", (f"{character}\n" for character in characters)
