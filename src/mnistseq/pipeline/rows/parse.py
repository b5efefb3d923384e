"""RowParser: convert the cells of a row to a Row."""

from __future__ import annotations

import re
from typing import Any

from mnistseq.config.sections import MAX_GAP
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.errors import ArgumentError, RequestError
from mnistseq.pipeline.rows.label_parser import LabelParser, is_text
from mnistseq.pipeline.rows.row import MAX_SAMPLES, BadRow, Row
from mnistseq.pipeline.rows.sample_names import check_name
from mnistseq.pipeline.rows.table import KEPT, Cells, UnreadableRow

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_LONGEST_PROBLEM = 1000
"""Maximum length of a problem, which quotes a value of any length."""


class RowParser:
    """Converts cells to rows."""

    def __init__(self, labels: LabelParser) -> None:
        self._labels = labels

    def parse(self, line: int, cells: Cells | UnreadableRow) -> Row | BadRow:
        """Return the row, or a BadRow if it cannot be drawn."""
        if isinstance(cells, UnreadableRow):
            return BadRow(line, _shorten(cells.problem))
        try:
            return self._row(line, cells)
        except RequestError as error:
            return BadRow(line, _shorten(str(error)))

    def _row(self, line: int, cells: Cells) -> Row:
        labels = self._labels.parse(cells.get("sequence"))
        if len(cells) == 1:
            return Row(labels, line=line)
        count = _number(cells, "count", 1, MAX_SAMPLES)
        return Row(
            labels,
            minimum=_number(cells, "min", -MAX_GAP, MAX_GAP),
            maximum=_number(cells, "max", -MAX_GAP, MAX_GAP),
            width=_number(cells, "width", 1, MAX_WIDTH),
            samples=1 if count is None else count,
            name=_name(cells.get("name")),
            line=line,
            kept=_kept(cells.get(KEPT, ())),
        )


def _kept(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not is_text(value):
            raise ArgumentError(f"{value!r} is not UTF-8; save the file as UTF-8")
    return values


def _name(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ArgumentError(f"name is {value!r}; give a string")
    return check_name(value)


def _number(cells: Cells, column: str, low: int, high: int) -> int | None:
    value = cells.get(column)
    if value is None or value == "":
        return None
    number = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = int(value)
    if number is None or not low <= number <= high:
        raise ArgumentError(f"{column} is {value!r}; give a whole number from {low} to {high}")
    return number


def _shorten(problem: str) -> str:
    """Shorten a problem by removing the middle of a long quoted value."""
    if len(problem) <= _LONGEST_PROBLEM:
        return problem
    return f"{problem[: _LONGEST_PROBLEM // 2]} … {problem[-_LONGEST_PROBLEM // 2 :]}"
