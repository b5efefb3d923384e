"""RowFile: a file of sequences, read row by row."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, get_args

from mnistseq.errors import ArgumentError, ColumnError
from mnistseq.pipeline.rows.binary_files import refuse_other_kinds
from mnistseq.pipeline.rows.columns import KNOWN_COLUMN, ColumnChoice
from mnistseq.pipeline.rows.label_parser import LabelParser
from mnistseq.pipeline.rows.parse import RowParser
from mnistseq.pipeline.rows.readers import RowFormat, read_table
from mnistseq.pipeline.rows.row import BadRow, Row
from mnistseq.pipeline.rows.table import Table, UnreadableFileError
from mnistseq.pipeline.store.write_errors import temp_file_errors
from mnistseq.temporary import temporary_file

_ALIASES = {"json": "jsonl", "ndjson": "jsonl", "tab": "tsv", "text": "txt"}


@dataclass(frozen=True)
class RowFile:
    """A file of rows, which can be read repeatedly and is never held in memory.

    Parameters
    ----------
    is_pattern : bool
        Whether the file contains texts drawn from a pattern, which the user has not seen.
    """

    path: Path
    format: RowFormat
    display_name: str
    choice: ColumnChoice = KNOWN_COLUMN
    is_pattern: bool = False

    @property
    def unit(self) -> str:
        """The word for one sequence of the file in messages."""
        return "text" if self.is_pattern else "row"

    def locate(self, lines: Collection[int]) -> Iterator[str]:
        """Yield the locations of sequences: ``line 3``, or ``text 3, '350'`` for a pattern."""
        if not self.is_pattern:
            yield from (f"line {line}" for line in lines)
            return
        with self.path.open(encoding="utf-8") as file:
            for line, text in enumerate(file, 1):
                if line in lines:
                    yield f"text {line}, {json.loads(text)!r}"

    def rows(self, alphabet: tuple[str, ...]) -> Iterator[Row | BadRow]:
        """Read the rows, including those that cannot be drawn.

        ColumnError if a required column is missing or ambiguous. ArgumentError if the file as a
        whole cannot be read.
        """
        parser = RowParser(LabelParser(alphabet))
        with self._table(alphabet) as table:
            for line, cells in table.rows:
                yield parser.parse(line, cells)

    def unused_columns(self, alphabet: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of unused columns; for errors see `rows`."""
        with self._table(alphabet) as table:
            return table.unused

    @contextmanager
    def _table(self, alphabet: tuple[str, ...]) -> Iterator[Table]:
        try:
            refuse_other_kinds(self.path)
            # Bytes that are not UTF-8 are accepted here; rows that contain them are refused later.
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield read_table(file, self.format, LabelParser(alphabet), self.choice)
        except ColumnError as error:
            raise error.in_file(self.display_name) from None
        except UnreadableFileError as error:
            raise ArgumentError(f"{self.display_name}: {error}") from None
        except OSError as error:
            raise ArgumentError(
                f"{self.display_name}: cannot be read: {error.strerror or error}"
            ) from None


def format_of(name: str) -> RowFormat:
    """Return the format for a file's suffix; CSV if it is unknown."""
    ending = Path(name).suffix.lstrip(".").lower()
    ending = _ALIASES.get(ending, ending)
    return next((known for known in get_args(RowFormat) if known == ending), "csv")


@contextmanager
def open_rows(
    path: str, row_format: RowFormat | None = None, choice: ColumnChoice = KNOWN_COLUMN
) -> Iterator[RowFile]:
    """Open a file of rows, or standard input if `path` is ``-``.

    Standard input and pipes are copied to a temporary file, because rows are read
    twice: once to check and count them, once to draw them.

    Parameters
    ----------
    row_format : {'csv', 'tsv', 'jsonl', 'txt'}, optional
        By default inferred from the file's name.
    choice : ColumnChoice
        Columns to read.

    Raises
    ------
    ArgumentError
        If the file does not exist, or standard input is closed.
    OutputError
        If there is no room for the temporary file.
    """
    if path == "-":
        if sys.stdin is None:
            raise ArgumentError("standard input is closed; give a file of sequences")
        stream: IO[bytes] = sys.stdin.buffer
        display_name = "standard input"
    else:
        file = Path(path)
        if file.is_dir() or not file.exists():
            problem = "is a folder" if file.is_dir() else "there is no such file"
            raise ArgumentError(
                f"{path}: {problem}; give a file of sequences, or - for standard input"
            )
        if file.is_file():
            yield RowFile(file, row_format or format_of(path), path, choice)
            return
        stream, display_name = file.open("rb"), path
    with temporary_file() as copy:
        with temp_file_errors(display_name), stream:
            shutil.copyfileobj(stream, copy)
            copy.flush()
        yield RowFile(Path(copy.name), row_format or "csv", display_name, choice)


@contextmanager
def open_list(sequences: Iterable[str | tuple[str, ...]]) -> Iterator[RowFile]:
    """Write sequences to a temporary file of rows, which is removed at the end."""
    with temporary_file() as file:
        with temp_file_errors("sequences"):
            for sequence in sequences:
                file.write(json.dumps(sequence).encode() + b"\n")
            file.flush()
        yield RowFile(Path(file.name), "jsonl", "sequences")
