"""Read arrays from .npz and .npy files without trusting their content.

Source of the format: NumPy's NEP 1, "A simple file format for NumPy arrays";
an .npz file is a zip archive with one .npy file for each array.
"""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.errors import MnistseqError, SourceError
from mnistseq.messages import listed
from mnistseq.sources.array_files.files import DEFLATE_LIMIT, reading

ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, RuntimeError, ValueError, OverflowError),
)
"""Errors that zipfile raises for damaged archives and encrypted members."""

_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


@contextmanager
def open_npz(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; SourceError if the archive or something in it cannot be read."""
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            yield archive
    except MnistseqError:
        raise
    except ZIP_ERRORS as error:
        raise SourceError(f"{path}: not a readable .npz file: {error}") from None


def read_array(archive: zipfile.ZipFile, name: str, path: Path) -> NDArray[Any]:
    """Read one array of an archive; `path` is for messages.

    Before memory is allocated, the size in the header is compared with the size of the member,
    and that with the number of compressed bytes. SourceError if the array is missing or damaged, or
    contains Python objects.
    """
    member = _member(archive, name, path)
    with archive.open(member) as stream:
        return _read_stream(stream, f"{path}: array {name}", member.file_size)


def read_npy(path: Path) -> NDArray[Any]:
    """Read an .npy file, after comparing the size in its header with the length of the file.

    SourceError if the file is missing or damaged, or contains Python objects.
    """
    with reading(path), open(path, "rb") as stream:
        return _read_stream(stream, str(path), path.stat().st_size)


def array_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the arrays of an archive."""
    return [name.removesuffix(".npy") for name in archive.namelist()]


def _read_stream(stream: IO[bytes], where: str, size: int) -> NDArray[Any]:
    """Read one array from a stream of `size` bytes."""
    dtype, shape, fortran = _read_header(stream, where)
    length = math.prod(shape) * dtype.itemsize
    # The stream is longer by its header; the amount read is checked below.
    if length > size:
        raise SourceError(_wrong_length(where, dtype, shape, size))
    content = stream.read()
    if len(content) != length:
        raise SourceError(_wrong_length(where, dtype, shape, len(content)))
    array = np.frombuffer(content, dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> zipfile.ZipInfo:
    """Find the member of an array, and check that its claimed size is possible."""
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError:
        names = listed(array_names(archive)) or "no arrays"
        raise SourceError(
            f"{path}: has no array {name!r}; it has {names}. Give the names "
            "of two arrays in source.parameters.images and source.parameters.labels"
        ) from None
    if member.compress_type not in (_STORED, _DEFLATED):
        raise SourceError(
            f"{path}: array {name} is compressed in a way that NumPy does not write; save it with "
            "savez_compressed"
        )
    growth = 1 if member.compress_type == _STORED else DEFLATE_LIMIT
    limit = member.compress_size * growth
    if member.file_size > limit:
        raise SourceError(
            f"{path}: array {name} claims {member.file_size} bytes, but the "
            f"{member.compress_size} bytes stored for it cannot hold more than {limit}; get the "
            "file again"
        )
    return member


def _wrong_length(where: str, dtype: np.dtype[Any], shape: tuple[int, ...], found: int) -> str:
    length = math.prod(shape) * dtype.itemsize
    return (
        f"{where} claims shape {shape} of {dtype}, {length} bytes, but has {found}; "
        "get the file again"
    )


def _read_header(stream: IO[bytes], where: str) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    try:
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read(stream)
    except (ValueError, KeyError, SyntaxError, TypeError) as error:
        raise SourceError(f"{where} is not a readable array: {error}") from None
    if not dtype.itemsize or min(shape, default=0) < 0:
        raise SourceError(f"{where} claims shape {shape} of {dtype}, which is impossible")
    if dtype.hasobject:
        raise SourceError(
            f"{where} contains Python objects, and unpickling those can run any "
            "code; save it as numbers or strings, as with array.astype(str)"
        )
    return dtype, shape, fortran
