"""What may be asked for as the input of a data set: rows, a pattern, or random sequences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from mnistseq.pipeline.dataset.inputs import Input
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.rows.columns import ColumnChoice
from mnistseq.pipeline.rows.patterns import open_pattern
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.row_file import open_list, open_rows


@dataclass(frozen=True)
class RowsRequest:
    """Rows of a file.

    Attributes
    ----------
    path : str
        ``-`` for standard input.
    format : {'csv', 'tsv', 'jsonl', 'txt'}, optional
        By default the one of the file's name.
    repeat : int
        How often each row is drawn, multiplied with its own count.
    skip_bad : bool
        Skip rows that cannot be drawn; by default they are an error.
    column : str, optional
        The column with the sequences, or its number; by default
        ``sequence``, or the only one with another known name.
    keep : tuple of str
        Columns that are recorded with every sample.
    """

    path: str
    format: RowFormat | None = None
    repeat: int = 1
    skip_bad: bool = False
    column: str | None = None
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListRequest:
    """Sequences that are given one by one.

    Attributes
    ----------
    sequences : tuple of str or tuple of str
        Each a string, or its labels.
    """

    sequences: tuple[str | tuple[str, ...], ...]


@dataclass(frozen=True)
class PatternRequest:
    """Random sequences that match a regular expression.

    Attributes
    ----------
    pattern : str
    samples : int
    skip_bad : bool
        Skip sequences that cannot be drawn; by default they are an error.
    """

    pattern: str
    samples: int
    skip_bad: bool = False


@dataclass(frozen=True)
class RandomRequest:
    """Sequences of random labels.

    Attributes
    ----------
    samples : int
    length : str
        Number of labels, or a range such as ``3-6``.
    balanced : bool
        Whether each label occurs equally often at each position.
    """

    samples: int
    length: str = "5"
    balanced: bool = False


InputRequest: TypeAlias = RowsRequest | ListRequest | PatternRequest | RandomRequest


@contextmanager
def open_input(request: InputRequest, alphabet: tuple[str, ...], seed: int) -> Iterator[Input]:
    """Open the input that is asked for; its temporary files are removed at the end.

    Parameters
    ----------
    request : RowsRequest, ListRequest, PatternRequest or RandomRequest
    alphabet : tuple of str
        Labels of the source.
    seed : int
        Decides which sequences of a pattern are drawn.
    """
    match request:
        case RowsRequest():
            choice = ColumnChoice(request.column, request.keep)
            with open_rows(request.path, request.format, choice) as rows:
                yield RowInput(rows, request.repeat, request.skip_bad)
        case ListRequest():
            with open_list(request.sequences) as rows:
                yield RowInput(rows)
        case PatternRequest():
            with open_pattern(request.pattern, alphabet, request.samples, seed) as rows:
                yield RowInput(rows, skip_bad=request.skip_bad)
        case RandomRequest():
            yield RandomInput.of(
                alphabet, request.samples, request.length, balanced=request.balanced
            )
