"""A list of sequences with their weights → a law of random sequences."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from mnistseq.core.weighted_sequences import WeightedSequences
from mnistseq.errors import ArgumentError, RequestError
from mnistseq.pipeline.rows.cells import UnreadableFileError
from mnistseq.pipeline.rows.file_kinds import refuse_other_kinds
from mnistseq.pipeline.rows.label_parser import LabelParser

_MOST_TEXTS = 1_000_000
"""Every worker holds all texts in memory."""


def read_weights(
    path: Path, alphabet: tuple[str, ...], display_name: str | None = None
) -> WeightedSequences:
    """Read sequences with their weights: CSV, or with a tab in its first line TSV.

    The first cell of a row is a sequence, the second its weight. Without a second
    cell the weight is 1, so that a plain list is read as well. A first row whose
    weight is not a number is a header.

    Parameters
    ----------
    path : Path
    alphabet : tuple of str
        Labels of the source.
    display_name : str, optional
        What messages call the file; by default its path.

    Raises
    ------
    ArgumentError
        If the file cannot be read, has no texts or too many of them, or a line is wrong.
    """
    name = display_name or str(path)
    parser = LabelParser(alphabet)
    codes = {label: code for code, label in enumerate(alphabet)}
    sequences, weights = list[tuple[int, ...]](), list[float]()
    for line, cells in _rows(path, name):
        try:
            weight = _weight(cells)
            sequences.append(tuple(codes[label] for label in parser.parse(cells[0])))
        except (ValueError, RequestError) as error:
            if line == 1 and len(cells) > 1 and not _is_number(cells[1]):
                continue  # a header
            raise ArgumentError(f"{name}, line {line}: {error}") from None
        weights.append(weight)
        if len(weights) > _MOST_TEXTS:
            raise ArgumentError(
                f"{name}: has more than {_MOST_TEXTS:,} texts; give fewer, or draw rows of a file"
            )
    if not weights:
        raise ArgumentError(f"{name}: has no texts; write one in each line, as in 350,12")
    return WeightedSequences(len(alphabet), tuple(sequences), tuple(weights))


def _rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank."""
    try:
        refuse_other_kinds(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter="\t" if "\t" in first else ",")
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
    except UnreadableFileError as error:
        raise ArgumentError(f"{name}: {error}") from None
    except UnicodeDecodeError:
        raise ArgumentError(f"{name}: is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise ArgumentError(f"{name}: cannot be read: {error}") from None
    except OSError as error:
        raise ArgumentError(f"{name}: cannot be read: {error.strerror or error}") from None


def _weight(cells: list[str]) -> float:
    """Return the weight in a row; ValueError if it is not above 0."""
    if len(cells) > 2:
        raise ValueError(f"{len(cells)} cells; give a sequence and its weight, as in 350,12")
    given = cells[1] if len(cells) == 2 else "1"
    if not _is_number(given) or not isfinite(float(given)) or float(given) <= 0:
        raise ValueError(f"weight {given!r} is not a number above 0")
    return float(given)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
