"""Cells of a row → Row."""

from __future__ import annotations

import re
from typing import Any

from mnistseq import messages
from mnistseq.config.sections import MAX_GAP
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.sequences import split
from mnistseq.errors import ArgumentError, LabelError, RequestError
from mnistseq.pipeline.rows.names import check_name
from mnistseq.pipeline.rows.readers import Cells, UnreadableRow
from mnistseq.pipeline.rows.row import MAX_SAMPLES, BadRow, Row

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_LONGEST_PROBLEM = 1000
"""Characters. A problem quotes the value, which may be of any length."""


class RowParser:
    """Makes rows of cells.

    Parameters
    ----------
    alphabet : tuple of str
        Labels of the source.
    """

    def __init__(self, alphabet: tuple[str, ...]) -> None:
        self._alphabet = alphabet
        self._known = frozenset(alphabet)
        self._single_characters = all(len(label) == 1 for label in alphabet)

    def parse(self, line: int, cells: Cells | UnreadableRow) -> Row | BadRow:
        """Return the row, or why it cannot be drawn."""
        if isinstance(cells, UnreadableRow):
            return BadRow(line, _shorten(cells.problem))
        try:
            return self._row(line, cells)
        except RequestError as error:
            return BadRow(line, _shorten(str(error)))

    def _row(self, line: int, cells: Cells) -> Row:
        labels = self._labels(cells.get("sequence"))
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
        )

    def _labels(self, sequence: Any) -> tuple[str, ...]:
        if self._single_characters and isinstance(sequence, str) and "," not in sequence:
            # The usual case, and many times as fast as the general one.
            labels = tuple(sequence.strip())
            if labels and self._known.issuperset(labels):
                return labels
        if isinstance(sequence, bool | int | float | dict):
            raise ArgumentError(
                f"the sequence {sequence!r} is not a string; put it in quotes, because a number "
                "loses its leading zeros"
            )
        labels = tuple(split("" if sequence is None else sequence, self._alphabet))
        for label in labels:
            if label not in self._known:
                raise LabelError(self._unknown(label))
        return labels

    def _unknown(self, label: str) -> str:
        if not is_text(label):
            return f"{label!r} is not UTF-8; save the file as UTF-8"
        return messages.unknown_label(label, self._alphabet)


def is_text(string: str) -> bool:
    """Return whether a string can be encoded as UTF-8: bytes that were not UTF-8 cannot."""
    try:
        string.encode()
    except UnicodeEncodeError:
        return False
    return True


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
    """Return a problem without the middle of a long value that it quotes."""
    if len(problem) <= _LONGEST_PROBLEM:
        return problem
    return f"{problem[: _LONGEST_PROBLEM // 2]} … {problem[-_LONGEST_PROBLEM // 2 :]}"
