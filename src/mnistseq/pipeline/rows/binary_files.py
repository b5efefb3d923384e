"""Recognise files that are not text by their first bytes, to say what they are."""

from __future__ import annotations

import zipfile
from pathlib import Path

from mnistseq.pipeline.rows.table import UnreadableFileError

_SPREADSHEET = "save the sheet with the sequences as CSV"
_TEXT = "give CSV, TSV, JSON Lines or text"

_STARTS = {
    b"\xff\xfe": "is UTF-16; save the file as UTF-8",
    b"\xfe\xff": "is UTF-16; save the file as UTF-8",
    b"\xd0\xcf\x11\xe0": f"is a spreadsheet (.xls) or another Office file; {_SPREADSHEET}",
    b"PK\x05\x06": f"is an empty ZIP archive; {_TEXT}",
    b"\x1f\x8b": "is compressed; unpack it first, with gzip -d",
    b"\xfd7zXZ": "is compressed; unpack it first, with xz -d",
    b"BZh91AY&SY": "is compressed; unpack it first, with bzip2 -d",
    b"\x28\xb5\x2f\xfd": "is compressed; unpack it first, with zstd -d",
    b"7z\xbc\xaf\x27\x1c": "is a 7z archive; unpack it first",
    b"Rar!\x1a\x07": "is a RAR archive; unpack it first",
    b"PAR1": "is Parquet; save its table as CSV or JSON Lines",
    b"\x93NUMPY": f"is a NumPy array; {_TEXT}",
    b"\x89HDF\r\n\x1a\n": "is HDF5; save its table as CSV or JSON Lines",
    b"SQLite format 3\x00": "is an SQLite database; save the table as CSV",
    b"%PDF-": f"is a PDF; {_TEXT}",
    b"{\\rtf": "is rich text (RTF); save it as plain text",
    b"\x89PNG\r\n": f"is an image; {_TEXT}",
    b"\xff\xd8\xff": f"is an image; {_TEXT}",
}

_MEMBERS = {
    "xl/": f"is an Excel spreadsheet; {_SPREADSHEET}",
    "word/": "is a Word document; save it as plain text",
    "Index/": f"is a Numbers spreadsheet; {_SPREADSHEET}",
}
"""Folder in a ZIP archive → what kind of file the archive is."""

_LOOKED_AT = 4096
_TAR = (257, b"ustar")


def refuse_other_kinds(path: Path) -> None:
    """Raise UnreadableFileError if a file is not text, saying what it is and what to do."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    for first_bytes, advice in _STARTS.items():
        if start.startswith(first_bytes):
            raise UnreadableFileError(advice)
    if start.startswith(b"PK\x03\x04"):
        raise UnreadableFileError(_kind_of_zip(path))
    offset, mark = _TAR
    if start[offset:].startswith(mark):
        raise UnreadableFileError("is a tar archive; unpack it first")
    if b"\0" in start:
        raise UnreadableFileError(f"is not text but a binary file, or not UTF-8; {_TEXT}")


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return "is a damaged spreadsheet or ZIP archive; save its rows as CSV"
    if b"opendocument.spreadsheet" in kind:
        return f"is an OpenDocument spreadsheet; {_SPREADSHEET}"
    for folder, advice in _MEMBERS.items():
        if any(name.startswith(folder) for name in names):
            return advice
    if any(name.endswith(".npy") for name in names):
        return f"is an archive of NumPy arrays; {_TEXT}"
    return "is a ZIP archive; unpack it first"
