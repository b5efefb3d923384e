"""jsonl: all records of a split in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, LabelledSplit


class Jsonl(LabelFormat):
    """``labels_train.jsonl`` for the split train: the lines of its ``metadata.jsonl`` files."""

    name: ClassVar[str] = "jsonl"
    holds_any_label: ClassVar[bool] = True

    def of_split(self, split: LabelledSplit) -> Iterator[LabelFile]:
        """Yield the records of a split, with paths relative to the data set."""
        lines = (
            json.dumps({**record, "file_name": path}) + "\n" for path, record in split.records()
        )
        yield f"labels_{split.name}.jsonl", lines
