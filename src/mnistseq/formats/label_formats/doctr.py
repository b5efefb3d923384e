"""A JSON file of texts, as docTR reads it.

Source: https://mindee.github.io/doctr, ``RecognitionDataset``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, Split, joined


class Doctr(LabelFormat):
    """``train/labels.json`` for the split train: path → text."""

    name: ClassVar[str] = "doctr"
    holds_any_label: ClassVar[bool] = True

    def of_split(self, split: Split) -> Iterator[LabelFile]:
        """Yield the texts of a split; their paths begin at its folder."""
        start = len(f"{split.name}/")
        entries = (
            f"{json.dumps(path[start:])}: {json.dumps(record['text'])}"
            for path, record in split.records()
        )
        yield f"{split.name}/labels.json", joined("{\n", entries, "\n}\n")
