"""csv: the images and texts of a split in one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, LabelledSplit


class Csv(LabelFormat):
    """``labels_train.csv`` for the split train: file_name, text, and recorded columns.

    All values are quoted, which marks them as strings for most readers; pandas still needs
    ``dtype=str``.
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
    """Return a line as in RFC 4180, but always with the same line break."""
    return ",".join('"{}"'.format(value.replace('"', '""')) for value in values) + "\n"
