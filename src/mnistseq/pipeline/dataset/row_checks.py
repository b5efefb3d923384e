"""Check rows before their glyphs are chosen."""

from __future__ import annotations

from functools import lru_cache, partial

from mnistseq.core.composer import Composer
from mnistseq.core.feasibility import needs_labels, row_problem
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.rows.row import MAX_SAMPLES, Row


class RowChecks:
    """Checks whether rows can be drawn; rows that differ only in their labels are checked once."""

    def __init__(self, request: DatasetRequest, composer: Composer) -> None:
        self._one_size = request.format.one_size
        self._width = request.config.image.width
        self._composer = composer
        self._row_problem = lru_cache(maxsize=4096)(partial(row_problem, composer))

    def problem(self, row: Row) -> str | None:
        """Return why a row cannot be drawn, or None."""
        if row.samples > MAX_SAMPLES:
            return (
                f"has {row.samples:,} images, its count times the repeats of all rows; a row has "
                f"at most {MAX_SAMPLES:,}"
            )
        if self._one_size and row.width not in {None, self._width}:
            return (
                f"has width {row.width}, but the format needs images of one size, of width "
                f"{self._width}"
            )
        labels = frozenset(row.labels) if needs_labels(self._composer) else None
        return self._row_problem(len(row.labels), row.minimum, row.maximum, row.width, labels)
