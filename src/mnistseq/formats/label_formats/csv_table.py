"""Images and texts of a split in one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, LabelledSplit


class Csv(LabelFormat):
    """``labels_train.csv`` for the split train: file_name, text, and columns that are kept.

    All values are quoted, which tells most readers that they are strings; pandas needs
    ``dtype=str`` all the same.
    """

    name: ClassVar[str] = "csv"
    holds_any_label: ClassVar[bool] = True

    def of_split(self, split: LabelledSplit) -> Iterator[LabelFile]:
        """Yield the table of a split."""
        yield f"labels_{split.name}.csv", _lines(split)


def _lines(split: LabelledSplit) -> Iterator[str]:
    for number, (path, record) in enumerate(split.records()):
        kept = record.get("columns", {})
        if number == 0:
            yield _quoted(["file_name", "text", *kept])
        yield _quoted([path, record["text"], *kept.values()])


def _quoted(values: Iterable[str]) -> str:
    """Return a line as RFC 4180 has it, but with a line end that is the same everywhere."""
    return ",".join('"{}"'.format(value.replace('"', '""')) for value in values) + "\n"
