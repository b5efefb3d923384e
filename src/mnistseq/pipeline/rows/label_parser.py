"""LabelParser: parse a sequence in a file into labels of a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mnistseq import messages
from mnistseq.core.sequences import split
from mnistseq.errors import ArgumentError, LabelError, RequestError


class LabelParser:
    """Parses sequences of labels of one source."""

    def __init__(self, alphabet: tuple[str, ...]) -> None:
        self.alphabet = alphabet
        self.known: frozenset[str] = frozenset(alphabet)
        self._fast = all(len(label) == 1 and label not in ' ,"' for label in alphabet)

    def parse(self, sequence: Any) -> tuple[str, ...]:
        """Return the labels of a sequence: a string, or a list of labels.

        ArgumentError if the sequence is a number or another value. LabelError if it is empty, has
        several lines, or contains a label that the source does not have.
        """
        if self._fast and isinstance(sequence, str) and "," not in sequence:
            # A fast path for the usual case.
            labels = tuple(sequence.strip())
            if labels and self.known.issuperset(labels):
                return labels
        if isinstance(sequence, bool | int | float | dict):
            raise ArgumentError(
                f"the sequence {sequence!r} is not a string; put it in quotes, because a number "
                "loses its leading zeros"
            )
        labels = tuple(split("" if sequence is None else sequence, self.alphabet))
        for label in labels:
            if label not in self.known:
                raise LabelError(self._unknown(label))
        return labels

    def can_parse(self, sequence: str | Sequence[str]) -> bool:
        """Return whether a string or a list of labels is a valid sequence."""
        try:
            self.parse(sequence)
        except RequestError:
            return False
        return True

    def clean(self, cell: str) -> str:
        """Return a cell as a label: strip blanks, unless it is a label with them."""
        return cell if cell in self.known else cell.strip()

    def _unknown(self, label: str) -> str:
        if not is_text(label):
            return f"{label!r} is not UTF-8; save the file as UTF-8"
        return messages.unknown_label(label, self.alphabet)


def is_text(string: str) -> bool:
    """Return whether a string can be encoded as UTF-8; undecodable bytes cannot."""
    try:
        string.encode()
    except UnicodeEncodeError:
        return False
    return True
