"""Choose the columns of a file: the one with the sequences, and those to record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mnistseq.errors import ColumnError

OPTIONS = ("min", "max", "width", "count", "name")
"""Columns with values that override the config for one row."""

SEQUENCE = "sequence"

SEQUENCE_NAMES = (SEQUENCE, "text", "label", "words", "gt", "transcription")
"""Names of the column with the sequences if none is chosen, in any case."""


@dataclass(frozen=True)
class ColumnChoice:
    """Which columns a caller has chosen.

    Attributes
    ----------
    column : str or None
        Name or number, from 1, of the column with the sequences. None means ``sequence``, or the
        only column with another known name.
    keep : tuple of str
        Names of the columns to record with every sample.
    """

    column: str | None = None
    keep: tuple[str, ...] = ()


KNOWN_COLUMN = ColumnChoice()
"""The column with a known name, and no columns to record."""


@dataclass(frozen=True)
class Columns:
    """The used columns of a file, by their names in the file.

    Attributes
    ----------
    options : dict of str to str
        Name in `OPTIONS` → name in the file.
    """

    sequence: str
    options: dict[str, str]
    keep: tuple[str, ...]
    unused: tuple[str, ...]

    @classmethod
    def of(cls, names: Sequence[str], choice: ColumnChoice) -> Columns:
        """Find the columns among the names of a file.

        ColumnError if no column or several could be the sequences, or a chosen one does not exist.
        """
        sequence = _sequence_column(names, choice.column)
        options: dict[str, str] = {}
        for name in names:
            option = name.lower()
            if option in OPTIONS and name != sequence:
                if option in options:
                    raise ColumnError(f"the column {option} occurs twice", names)
                options[option] = name
        keep = tuple(_find(names, name, "keep") for name in choice.keep)
        used = {sequence, *options.values(), *keep}
        unused = tuple(name for name in names if name and name not in used)
        return cls(sequence, options, keep, unused)


def is_known(names: Iterable[str]) -> bool:
    """Return whether one of these names is a known one for the sequences."""
    return any(name.lower() in SEQUENCE_NAMES for name in names)


def _sequence_column(names: Sequence[str], chosen: str | None) -> str:
    if chosen is not None:
        return _find(names, chosen, "column")
    found = [name for name in names if name.lower() in SEQUENCE_NAMES]
    exact = [name for name in found if name.lower() == SEQUENCE]
    match exact or found:
        case []:
            raise ColumnError(f"no column called {SEQUENCE}", names, "column")
        case [name]:
            return name
        case [*several] if exact:
            raise ColumnError(f"the column {several[0]} occurs twice", names)
        case [*several]:
            raise ColumnError(
                f"the columns {' and '.join(several)} could both be the sequences",
                several,
                "column",
            )


def _find(names: Sequence[str], wanted: str, role: str) -> str:
    """Find a name, ignoring case unless several names match."""
    exact = [name for name in names if name == wanted]
    matching = exact or [name for name in names if name.lower() == wanted.lower()]
    if not matching:
        raise ColumnError(f"no column called {wanted}", names, role)
    if len(matching) > 1:
        raise ColumnError(f"the column {wanted} occurs twice", names)
    return matching[0]
