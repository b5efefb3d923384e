"""What a caller asks to be written → codes of labels."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import SupportsIndex, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.errors import ArgumentTypeError, LabelError

SequenceLike: TypeAlias = str | Iterable[str | int]
"""``"350"``, ``"3,5,0"``, ``["cat", "dog"]``, ``range(10)`` or an array of integers."""

_LISTED = 40


@dataclass(frozen=True, eq=False)
class Sequences:
    """A batch of sequences, one after the other in flat arrays.

    Attributes
    ----------
    codes : ndarray of int64, shape (N,)
        Labels of all the glyphs of all the sequences.
    lengths : ndarray of int64, shape (B,)
        How many of them each sequence has; at least 1.
    """

    codes: Ints
    lengths: Ints

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def first(self) -> Ints:
        """Where each sequence begins: int64, shape (B,)."""
        return np.cumsum(self.lengths) - self.lengths

    @property
    def owner(self) -> Ints:
        """Which sequence each glyph belongs to: int64, shape (N,)."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)


def encode(sequences: Sequence[SequenceLike], alphabet: tuple[str, ...]) -> Sequences:
    """Turn sequences into codes, or raise LabelError.

    A string is cut at its commas or, where every label is one character,
    between its characters.
    """
    if isinstance(sequences, str):
        raise ArgumentTypeError(
            f"a list of sequences is needed, not the text {sequences!r}: write [{sequences!r}]"
        )
    quick = _encode_characters(sequences, alphabet)
    if quick is not None:
        return quick
    known = {label: code for code, label in enumerate(alphabet)}
    codes: list[int] = []
    lengths: list[int] = []
    for sequence in sequences:
        labels = split(sequence, alphabet)
        for label in labels:
            if label not in known:
                raise LabelError(_unknown(label, alphabet))
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
        labels = [_text(label) for label in _iterate(sequence)]
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
    """The quick way for plain strings of one-character labels; None where it does not apply."""
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
            f"a sequence must be a text or an iterable of labels, not {sequence!r}"
        ) from None


def _text(label: object) -> str:
    if isinstance(label, str):
        return label
    if isinstance(label, SupportsIndex) and not isinstance(label, bool | np.bool_):
        with suppress(TypeError):  # an array has the method, too, but is no number
            return str(operator.index(label))
    raise ArgumentTypeError(f"label {label!r} is neither a text nor a whole number: write 3 or '3'")


def _unknown(label: str, alphabet: tuple[str, ...]) -> str:
    listed = ", ".join(alphabet[:_LISTED])
    if len(alphabet) > _LISTED:
        listed += f" and {len(alphabet) - _LISTED} more"
    close = get_close_matches(label, alphabet, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"unknown label {label!r}{hint}; the source has these: {listed}"
