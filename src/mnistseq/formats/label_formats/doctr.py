"""doctr: a JSON file of texts for each shard, for docTR.

Sources: https://mindee.github.io/doctr, ``RecognitionDataset``; docTR's training script, which
reads a folder of parts, each with ``images`` and ``labels.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, joined


class Doctr(LabelFormat):
    """``train/00000/labels.json``: name of an image → text."""

    name: ClassVar[str] = "doctr"
    holds_any_label: ClassVar[bool] = True
    images_apart: ClassVar[bool] = True

    def of_shard(
        self, names: Sequence[str], texts: Sequence[str], folder: str
    ) -> Iterator[LabelFile]:
        """Yield the texts of a shard."""
        entries = (
            f"{json.dumps(name)}: {json.dumps(text)}"
            for name, text in zip(names, texts, strict=True)
        )
        yield "labels.json", joined("{\n", entries, "\n}\n")
