"""Sequences, as callers give them → codes of labels."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import SupportsIndex, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.errors import ArgumentTypeError, LabelError
from mnistseq.messages import unknown_label

SequenceLike: TypeAlias = str | Iterable[str | int]
"""``"350"``, ``"3,5,0"``, ``["cat", "dog"]``, ``range(10)`` or an array of integers."""


@dataclass(frozen=True, eq=False)
class Sequences:
    """A batch of sequences, one after the other in flat arrays.

    Attributes
    ----------
    codes : ndarray of int64, shape (N,)
        Code of the label of every glyph.
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
        """The sequence that each glyph belongs to: int64, shape (N,)."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)


def encode(sequences: Sequence[SequenceLike], alphabet: tuple[str, ...]) -> Sequences:
    """Turn sequences into codes of labels.

    A string is split at its commas or, where every label is one character,
    between its characters.

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
    """The labels of one sequence, known or not; LabelError if there are none."""
    if isinstance(sequence, str):
        if "," in sequence or not _all_characters(alphabet):
            labels = [part.strip() for part in sequence.split(",")]
        else:
            labels = list(sequence.strip())
        if sequence.strip() and "" in labels:
            raise LabelError(f"sequence {sequence!r} has an empty label between its commas")
    else:
        labels = [_label(label) for label in _iterate(sequence)]
    if not any(labels):
        raise LabelError("the sequence is empty: give at least one label, as in 3,5,0")
    return labels


def join(labels: Sequence[str]) -> str:
    """One text for a sequence: ``"350"``, or ``"cat,dog"`` where labels are longer."""
    return ("" if all(len(label) == 1 for label in labels) else ",").join(labels)


def _all_characters(alphabet: tuple[str, ...]) -> bool:
    return all(len(label) == 1 for label in alphabet)


def _encode_characters(
    sequences: Sequence[SequenceLike], alphabet: tuple[str, ...]
) -> Sequences | None:
    """Encode plain strings of one-character labels fast; None where that does not apply."""
    if not (_all_characters(alphabet) and all(type(sequence) is str for sequence in sequences)):
        return None
    text = "".join(sequences)  # type: ignore[arg-type]
    lengths = np.fromiter(map(len, sequences), dtype=np.int64, count=len(sequences))  # type: ignore[arg-type]
    if not text or not lengths.all():
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
        with suppress(TypeError):  # arrays have the method, too
            return str(operator.index(label))
    raise ArgumentTypeError(
        f"label {label!r} is neither a string nor a whole number: write 3 or '3'"
    )
