"""RowFile: a file of sequences, read a row at a time."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, TypeAlias, get_args

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.parse import RowParser
from mnistseq.pipeline.rows.readers import READERS, UnreadableFileError
from mnistseq.pipeline.rows.row import BadRow, Row
from mnistseq.pipeline.store.write_errors import temp_file_errors

RowFormat: TypeAlias = Literal["csv", "tsv", "jsonl", "txt"]

_ALIASES = {"json": "jsonl", "ndjson": "jsonl", "tab": "tsv", "text": "txt"}

_OTHER_KINDS = {
    b"\xff\xfe": "is UTF-16; save the file as UTF-8",
    b"\xfe\xff": "is UTF-16; save the file as UTF-8",
    b"PK\x03\x04": "is a spreadsheet or a ZIP archive; save its rows as CSV",
    b"\x1f\x8b": "is compressed; unpack it first, with gzip -d",
    b"\xfd7zXZ": "is compressed; unpack it first, with xz -d",
    b"\x28\xb5\x2f\xfd": "is compressed; unpack it first, with zstd -d",
}
"""First bytes of files that are not UTF-8 text, and what to do about them."""


@dataclass(frozen=True)
class RowFile:
    """A file of rows. Reading it twice gives the same rows; it is never held in memory.

    Parameters
    ----------
    path : Path
    format : {'csv', 'tsv', 'jsonl', 'txt'}
    display_name : str
        What messages call it.
    """

    path: Path
    format: RowFormat
    display_name: str

    def rows(self, alphabet: tuple[str, ...]) -> Iterator[Row | BadRow]:
        """Read the rows, including those that cannot be drawn.

        Raises
        ------
        ArgumentError
            If the file as a whole cannot be read.
        """
        parser = RowParser(alphabet)
        try:
            self._refuse_other_kinds()
            # Bytes that are not UTF-8 get through here; the row that has them is refused.
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                for line, cells in READERS[self.format](file):
                    yield parser.parse(line, cells)
        except UnreadableFileError as error:
            raise ArgumentError(f"{self.display_name}: {error}") from None
        except OSError as error:
            raise ArgumentError(
                f"{self.display_name}: cannot be read: {error.strerror or error}"
            ) from None

    def _refuse_other_kinds(self) -> None:
        with self.path.open("rb") as file:
            start = file.read(max(map(len, _OTHER_KINDS)))
        for magic, advice in _OTHER_KINDS.items():
            if start.startswith(magic):
                raise UnreadableFileError(advice)


def format_of(name: str) -> RowFormat:
    """Return the format that a file's name ends in; CSV if the ending is unknown."""
    ending = Path(name).suffix.lstrip(".").lower()
    ending = _ALIASES.get(ending, ending)
    return next((known for known in get_args(RowFormat) if known == ending), "csv")


@contextmanager
def open_rows(path: str, row_format: RowFormat | None = None) -> Iterator[RowFile]:
    """Open a file of rows, or standard input if `path` is ``-``.

    Standard input and pipes are copied to a temporary file, because rows are read
    twice: once to check and count them, once to draw them.

    Parameters
    ----------
    path : str
    row_format : {'csv', 'tsv', 'jsonl', 'txt'}, optional
        By default the one of the file's name.

    Raises
    ------
    ArgumentError
        If there is no such file, or standard input is closed.
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
            yield RowFile(file, row_format or format_of(path), path)
            return
        stream, display_name = file.open("rb"), path
    with temporary_file() as copy:
        with temp_file_errors(display_name), stream:
            shutil.copyfileobj(stream, copy)
            copy.flush()
        yield RowFile(Path(copy.name), row_format or "csv", display_name)


@contextmanager
def open_list(sequences: Iterable[str | tuple[str, ...]]) -> Iterator[RowFile]:
    """Write sequences to a temporary file of rows, which is removed at the end.

    Raises
    ------
    OutputError
        If there is no room for the temporary file.
    """
    with temporary_file() as file:
        with temp_file_errors("sequences"):
            for sequence in sequences:
                file.write(json.dumps(sequence).encode() + b"\n")
            file.flush()
        yield RowFile(Path(file.name), "jsonl", "sequences")


@contextmanager
def temporary_file() -> Iterator[IO[bytes]]:
    """Open a new temporary file, which is removed at the end."""
    file = tempfile.NamedTemporaryFile(prefix="mnistseq-", delete=False)  # noqa: SIM115
    try:
        yield file
    finally:
        # Closing repeats the write that failed, whose error was raised already.
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            Path(file.name).unlink()
