"""Files that are not text are recognised by their content."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.row_file import RowFile


def archive(**members: str) -> bytes:
    """A ZIP archive; in names, ``__`` stands for a slash."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, labels=np.arange(3))
    return file.getvalue()


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        made.addfile(tarfile.TarInfo("rows.csv"))
    return file.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as made:
        made.execute("create table rows (sequence text)")
    content: bytes = made.serialize()
    made.close()
    return content


KINDS = {
    "xlsx": (archive(xl__workbook="<workbook/>"), "is an Excel spreadsheet; save the sheet with"),
    "ods": (
        archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "is an OpenDocument spreadsheet; save the sheet with the sequences as CSV",
    ),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a spreadsheet (.xls) or another Office file"),
    "docx": (archive(word__document="<w/>"), "is a Word document; save it as plain text"),
    "zip": (archive(rows="1\n"), "is a ZIP archive; unpack it first"),
    "cut zip": (archive(xl__workbook="<workbook/>")[:40], "is a damaged spreadsheet or ZIP"),
    "npz": (arrays(), "is an archive of NumPy arrays; give CSV, TSV, JSON Lines or text"),
    "gzip": (gzip.compress(b"1\n"), "is compressed; unpack it first, with gzip -d"),
    "bzip2": (bz2.compress(b"1\n"), "is compressed; unpack it first, with bzip2 -d"),
    "xz": (lzma.compress(b"1\n"), "is compressed; unpack it first, with xz -d"),
    "tar": (tar(), "is a tar archive; unpack it first"),
    "sqlite": (database(), "is an SQLite database; save the table as CSV"),
    "parquet": (b"PAR1\x15\x04", "is Parquet; save its table as CSV or JSON Lines"),
    "png": (b"\x89PNG\r\n\x1a\n", "is an image; give CSV"),
    "utf-16": ("1\n".encode("utf-16"), "is UTF-16; save the file as UTF-8"),
    "utf-16 without a mark": ("1\n".encode("utf-16-le"), "is not text but a binary file, or not U"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_kind_is_refused_with_its_name_and_advice(
    tmp_path: Path, kind: str
) -> None:
    content, message = KINDS[kind]
    (tmp_path / "rows").write_bytes(content)
    for row_format in ("csv", "tsv", "jsonl", "txt"):
        with pytest.raises(ArgumentError) as error:
            list(RowFile(tmp_path / "rows", row_format, "prices").rows(("1",)))
        assert str(error.value).startswith(f"prices: {message}")
