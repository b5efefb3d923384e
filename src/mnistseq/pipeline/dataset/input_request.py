"""Requests for the input of a data set: rows of a file, a list, a pattern or a random law."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from mnistseq.pipeline.dataset.random_input import RandomInput, amounts_law, uniform_law
from mnistseq.pipeline.dataset.request import Input, InputFile
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.rows.columns import ColumnChoice
from mnistseq.pipeline.rows.patterns import open_pattern
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.row_file import open_list, open_rows
from mnistseq.pipeline.rows.weighted_list import read_weights


@dataclass(frozen=True)
class RowsRequest:
    """Sequences from the rows of a file.

    Attributes
    ----------
    path : str
        ``-`` for standard input.
    format : {'csv', 'tsv', 'jsonl', 'txt'}, optional
        By default inferred from the file's name.
    repeat : int
        How often each row is drawn, multiplied by its own count.
    skip_bad : bool
        Whether to skip rows that cannot be drawn; by default they are an error.
    column : str, optional
        Name or number of the column with the sequences; by default ``sequence``, or the
        only column with another known name.
    keep : tuple of str
        Columns to record with every sample.
    """

    path: str
    format: RowFormat | None = None
    repeat: int = 1
    skip_bad: bool = False
    column: str | None = None
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListRequest:
    """Sequences from a list.

    Attributes
    ----------
    sequences : tuple of str or tuple of str
        Each is a string or a tuple of labels.
    repeat : int
        How often each sequence is drawn.
    skip_bad : bool
        Whether to skip sequences that cannot be drawn; by default they are an error.
    """

    sequences: tuple[str | tuple[str, ...], ...]
    repeat: int = 1
    skip_bad: bool = False


@dataclass(frozen=True)
class LawOptions:
    """Options for random sequences; those that are None or False are not given.

    Attributes
    ----------
    length : str or None
        Number of labels, or a range such as ``3-6``.
    balance : bool
        Whether each label occurs equally often at each position.
    pattern : str or None
        A regular expression.
    amounts : bool
        Whether to draw amounts of money.
    weights : str or None
        Path of a file of texts with weights.
    """

    length: str | None = None
    balance: bool = False
    pattern: str | None = None
    amounts: bool = False
    weights: str | None = None

    @property
    def given(self) -> list[str]:
        """Names of the options that are given."""
        return [name for name, value in vars(self).items() if value not in (None, False)]

    @property
    def conflict(self) -> tuple[str, str] | None:
        """Two options that exclude each other; the second one decides how sequences are drawn."""
        deciding = {"pattern": (), "amounts": ("length",), "weights": ()}
        for name, allowed in deciding.items():
            for other in self.given:
                if name in self.given and other != name and other not in allowed:
                    return other, name
        return None

    @property
    def length_or_default(self) -> str:
        """The length that is given, or the usual one."""
        usual = "3-6" if self.amounts else "5"
        return usual if self.length is None else self.length


@dataclass(frozen=True)
class LawRequest:
    """Random sequences.

    Attributes
    ----------
    skip_bad : bool
        Whether to skip sequences of a pattern that cannot be drawn; by default they are an error.
    """

    law: LawOptions
    samples: int
    skip_bad: bool = False


InputRequest: TypeAlias = RowsRequest | ListRequest | LawRequest


@contextmanager
def open_input(request: InputRequest, alphabet: tuple[str, ...], seed: int) -> Iterator[Input]:
    """Open the requested input; its temporary files are removed at the end.

    Parameters
    ----------
    alphabet : tuple of str
        Labels of the source.
    seed : int
        Seed for the sequences of a pattern.
    """
    match request:
        case RowsRequest():
            choice = ColumnChoice(request.column, request.keep)
            with open_rows(request.path, request.format, choice) as rows:
                yield RowInput(rows, request.repeat, request.skip_bad)
        case ListRequest():
            with open_list(request.sequences) as rows:
                yield RowInput(rows, request.repeat, request.skip_bad)
        case LawRequest(LawOptions(pattern=str(pattern)), samples):
            with open_pattern(pattern, alphabet, samples, seed) as rows:
                yield RowInput(rows, skip_bad=request.skip_bad)
        case LawRequest(LawOptions(weights=str(path)), samples):
            file = InputFile(Path(path), path)
            yield RandomInput(read_weights(file.path, alphabet), samples, file)
        case LawRequest(law, samples):
            length = law.length_or_default
            if law.amounts:
                yield RandomInput(amounts_law(alphabet, length), samples)
            else:
                yield RandomInput(uniform_law(alphabet, length, balanced=law.balance), samples)
