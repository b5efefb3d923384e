"""Sequences: parse sequences as callers give them into codes of labels."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import SupportsIndex, TypeAlias

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.errors import ArgumentTypeError, LabelError
from mnistseq.messages import unknown_label

SequenceLike: TypeAlias = str | Iterable[str | int]
"""``"350"``, ``"3,5,0"``, ``["cat", "dog"]``, ``range(10)`` or an array of integers."""

_FIELD = re.compile(r'(?:^|,)(\s*"(?:[^"]|"")*"\s*(?=,|$)|[^,]*)', re.DOTALL)
"""A field of a CSV record with the preceding comma. Quotes enclose the whole field, or are text."""


@dataclass(frozen=True, eq=False, repr=False)
class Sequences:
    """A batch of sequences, one after the other in flat arrays.

    Attributes
    ----------
    codes : ndarray of int64, shape (N,)
        Code of each glyph's label.
    lengths : ndarray of int64, shape (B,)
        Number of glyphs of each sequence; at least 1.
    """

    codes: Ints
    lengths: Ints

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def first(self) -> Ints:
        """Index of the first glyph of each sequence: int64, shape (B,)."""
        return np.cumsum(self.lengths) - self.lengths

    @property
    def owner(self) -> Ints:
        """Index of the sequence that each glyph belongs to: int64, shape (N,)."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def take(self, rows: Ints) -> Sequences:
        """Return the sequences of these rows, in this order; a row may occur several times."""
        lengths = self.lengths[rows]
        offsets = self.first[rows] - (np.cumsum(lengths) - lengths)
        glyphs = np.repeat(offsets, lengths) + np.arange(lengths.sum())
        return Sequences(self.codes[glyphs], lengths)


def encode(sequences: Sequence[SequenceLike], alphabet: tuple[str, ...]) -> Sequences:
    """Convert sequences to codes of labels; `split` splits strings.

    Raises
    ------
    LabelError
        If a sequence is empty or has a label that is not in the alphabet.
    ArgumentTypeError
        If a sequence is neither a string nor an iterable of labels.
    """
    if isinstance(sequences, str):
        raise ArgumentTypeError(
            f"a list of sequences is needed, not the string {sequences!r}: write [{sequences!r}]"
        )
    fast = _encode_characters(sequences, alphabet)
    if fast is not None:
        return fast
    known = {label: code for code, label in enumerate(alphabet)}
    codes: list[int] = []
    lengths: list[int] = []
    for sequence in sequences:
        labels = split(sequence, alphabet)
        for label in labels:
            if label not in known:
                raise LabelError(unknown_label(label, alphabet))
            codes.append(known[label])
        lengths.append(len(labels))
    return Sequences(np.array(codes, dtype=np.int64), np.array(lengths, dtype=np.int64))


def split(sequence: SequenceLike, alphabet: tuple[str, ...]) -> list[str]:
    """Split a sequence into labels, known or not.

    Parameters
    ----------
    sequence : str or iterable of str or int
        An iterable contains labels. A string is either one label per character, ``350``, if
        all labels are single characters, or labels separated by commas, ``cat,dog``. The
        latter is a CSV record: labels that contain commas, or begin or end with a blank, are
        quoted, and quotes inside are doubled, as in ``3,",",5``. If the comma is a label, then
        ``1,50`` is four labels, unless it contains quoted labels.
    alphabet : tuple of str
        Labels of the source.

    Raises
    ------
    LabelError
        If the sequence is empty, has an empty label or has several lines.
    ArgumentTypeError
        If the sequence is neither a string nor an iterable of labels.
    """
    if isinstance(sequence, str):
        labels = _split_string(sequence, alphabet)
    else:
        labels = [_label(label) for label in _iterate(sequence)]
    if not any(labels):
        raise LabelError("the sequence is empty: give at least one label, as in 3,5,0")
    for label in labels:
        if has_line_break(label) and label not in alphabet:
            raise LabelError(
                f"{sequence!r} has several lines, but an image has one line; give each line as a "
                "sequence of its own"
            )
    return labels


def join(labels: Sequence[str]) -> str:
    """Join labels into a string: ``"350"``, or ``"cat,dog"`` if labels are longer.

    The inverse of `split`: labels that could be misread between commas are quoted.
    """
    if all(len(label) == 1 for label in labels):
        return "".join(labels)
    return ",".join(map(_quoted, labels))


def has_line_break(string: str) -> bool:
    """Return whether a string contains a line break of any kind that Unicode defines."""
    return bool(string) and string.splitlines() != [string]


def _split_string(sequence: str, alphabet: tuple[str, ...]) -> list[str]:
    if _all_characters(alphabet):
        outer_blanks = {mark for mark in sequence if mark.isspace()}.difference(alphabet)
        characters = sequence.strip("".join(outer_blanks)) if outer_blanks else sequence
        if "," not in sequence or ("," in alphabet and not _has_quoted_labels(sequence, alphabet)):
            return list(characters)
    labels = _split_record(sequence, alphabet)
    if sequence.strip() and "" in labels:
        raise LabelError(
            f"sequence {sequence!r} has an empty label between its commas; put a label that is a "
            'comma or a blank in quotes, as in 3,",",5'
        )
    return labels


def _has_quoted_labels(sequence: str, alphabet: tuple[str, ...]) -> bool:
    """Return whether a string is a record of known labels, some of them quoted."""
    return '"' in sequence and set(_split_record(sequence, alphabet)) <= set(alphabet)


def _split_record(record: str, alphabet: tuple[str, ...]) -> list[str]:
    """Split a CSV record; blanks around unquoted labels are removed.

    Quotes that enclose a whole label are removed. If a quote is itself a label, it may also
    be written as a single quote or as two.
    """
    labels = []
    for part in _FIELD.findall(record):
        bare = part.strip()
        if len(bare) > 1 and bare[0] == bare[-1] == '"':
            label = bare[1:-1].replace('""', '"')
            labels.append('"' if not label and '"' in alphabet else label)
        else:
            labels.append(part if part in alphabet else bare)
    return labels


def _quoted(label: str) -> str:
    if "," in label or '"' in label or label != label.strip():
        return '"' + label.replace('"', '""') + '"'
    return label


def _all_characters(alphabet: tuple[str, ...]) -> bool:
    return all(len(label) == 1 for label in alphabet)


def _encode_characters(
    sequences: Sequence[SequenceLike], alphabet: tuple[str, ...]
) -> Sequences | None:
    """Quickly encode plain strings of one-character labels; None if that is not possible."""
    if not (_all_characters(alphabet) and set(map(type, sequences)) <= {str}):
        return None
    text = "".join(sequences)  # type: ignore[arg-type]
    lengths = np.fromiter(map(len, sequences), dtype=np.int64, count=len(sequences))  # type: ignore[arg-type]
    if not text or not lengths.all() or ("," in text and '"' in text):
        return None
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    labels = np.array([ord(label) for label in alphabet])
    table = np.full(int(labels.max()) + 2, -1, dtype=np.int64)
    table[labels] = np.arange(len(labels))
    codes = table.take(points, mode="clip")
    return Sequences(codes, lengths) if codes.min() >= 0 else None


def _iterate(sequence: object) -> Iterable[object]:
    try:
        return iter(sequence)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        raise ArgumentTypeError(
            f"a sequence must be a string or an iterable of labels, not {sequence!r}"
        ) from None


def _label(label: object) -> str:
    if isinstance(label, str):
        return label
    if isinstance(label, SupportsIndex) and not isinstance(label, bool | np.bool_):
        with suppress(TypeError):  # arrays have this method, too
            return str(operator.index(label))
    raise ArgumentTypeError(
        f"label {label!r} is neither a string nor a whole number: write 3 or '3'"
    )
