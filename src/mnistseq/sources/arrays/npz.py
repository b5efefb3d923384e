"""Reading arrays from .npz archives, without running or trusting what is in them.

Source of the format: NumPy's NEP 1, "A simple file format for NumPy arrays";
an .npz file is a zip archive with one .npy file for each array.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.errors import SourceError
from mnistseq.messages import listed
from mnistseq.sources.arrays.files import DEFLATE_LIMIT, reading

_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


@contextmanager
def open_npz(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; SourceError if it, or what is read from it, cannot be read."""
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            yield archive
    # What zipfile raises on damaged and on encrypted members.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise SourceError(f"{path}: not a readable .npz file: {error}") from None


def read_array(archive: zipfile.ZipFile, name: str, path: Path) -> NDArray[Any]:
    """Read one array of an archive.

    Before memory is allocated, the size in its header is compared with the size of the member,
    and that with the number of bytes stored for it.

    Parameters
    ----------
    archive : ZipFile
    name : str
        Of the array.
    path : Path
        Of the archive, for messages.

    Raises
    ------
    SourceError
        If the array is missing or damaged, or contains Python objects.
    """
    member = _member(archive, name, path)
    with archive.open(member) as stream:
        dtype, shape, fortran = _read_header(stream, name, path)
        length = math.prod(shape) * dtype.itemsize
        # The member is a few bytes longer, by its header; what is read is compared below.
        if length > member.file_size:
            raise SourceError(_wrong_length(name, path, dtype, shape, member.file_size))
        content = stream.read()
    if len(content) != length:
        raise SourceError(_wrong_length(name, path, dtype, shape, len(content)))
    array = np.frombuffer(content, dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> zipfile.ZipInfo:
    """Find an array's member, and check that the size it claims is possible."""
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError:
        names = [item.removesuffix(".npy") for item in archive.namelist()]
        raise SourceError(
            f"{path}: has no array {name!r}; it has {listed(names) or 'no arrays'}. Give the names "
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


def _wrong_length(
    name: str, path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], found: int
) -> str:
    length = math.prod(shape) * dtype.itemsize
    return (
        f"{path}: array {name} claims shape {shape} of {dtype}, {length} bytes, but has {found}; "
        "get the file again"
    )


def _read_header(
    stream: IO[bytes], name: str, path: Path
) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    try:
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read(stream)
    except (ValueError, KeyError, SyntaxError, TypeError) as error:
        raise SourceError(f"{path}: {name} is not a readable array: {error}") from None
    if not dtype.itemsize or min(shape, default=0) < 0:
        raise SourceError(
            f"{path}: array {name} claims shape {shape} of {dtype}, which is impossible"
        )
    if dtype.hasobject:
        raise SourceError(
            f"{path}: array {name} contains Python objects, and unpickling those can run any "
            "code; save it as numbers or strings, as with array.astype(str)"
        )
    return dtype, shape, fortran
