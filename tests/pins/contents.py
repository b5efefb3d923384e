"""What is in a packed file, whatever version of a library packed it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image


def content_digest(name: str, content: bytes) -> str | None:
    """Hash of what is in a file; None where that is its bytes."""
    unpack = _UNPACKED.get(PurePosixPath(name).suffix)
    return None if unpack is None else sha256(repr(unpack(content)).encode()).hexdigest()


def _digest(name: str, content: bytes) -> str:
    return content_digest(name, content) or sha256(content).hexdigest()


def _image(content: bytes) -> tuple[tuple[int, ...], str]:
    """Shape, and hash of the pixels."""
    with Image.open(io.BytesIO(content)) as image:
        pixels = np.asarray(image)
    return pixels.shape, sha256(pixels.tobytes()).hexdigest()


def _members(content: bytes) -> list[tuple[str, str]]:
    """Name and content of each file in a tar archive."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        found = []
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            found.append((member.name, _digest(member.name, file.read())))
    return found


def _rows(content: bytes) -> list[Any]:
    """The columns of a Parquet file with what its metadata says of them, and its rows."""
    # By its name, for it is an extra that has no types.
    table = import_module("pyarrow.parquet").read_table(io.BytesIO(content))
    columns = [(field.name, str(field.type)) for field in table.schema]
    features = (table.schema.metadata or {}).get(b"huggingface")
    rows = table.to_pylist()
    for row in rows:
        row["image"]["bytes"] = _digest(row["image"]["path"], row["image"]["bytes"])
    return [columns, features, *rows]


def _items(content: bytes) -> list[tuple[bytes, str]]:
    """Key and value of each item of an LMDB file."""
    import lmdb  # an extra

    with TemporaryDirectory() as folder:
        (Path(folder) / "data.mdb").write_bytes(content)
        with lmdb.open(folder, readonly=True, lock=False) as opened, opened.begin() as read:
            items = [(bytes(key), bytes(value)) for key, value in read.cursor()]
    # Images are of the one kind or the other; Pillow tells them apart by how they begin.
    return [
        (key, _digest("x.png" if key.startswith(b"image") else "x.txt", value))
        for key, value in items
    ]


_UNPACKED: dict[str, Callable[[bytes], object]] = {
    ".png": _image,
    ".jpg": _image,
    ".tar": _members,
    ".parquet": _rows,
    ".mdb": _items,
}
