"""Read IDX files.

Source of the format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of
handwritten digits". Two zero bytes, a byte for the type, a byte for the number
of dimensions, then each dimension and the data, big endian.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from mnistseq.errors import SourceError
from mnistseq.sources.array_files.files import DEFLATE_LIMIT

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_BLOCK = 2**20


def read_idx(packed: bytes, path: Path) -> NDArray[Any]:
    """Decode the content of an IDX file, plain or gzipped, to an array in native byte order.

    The size in the header is compared with the length of the file before memory is allocated.
    SourceError, with the path, if the file is damaged or not an IDX file.
    """
    zipped = packed[:2] == b"\x1f\x8b"
    plain = io.BytesIO(packed)
    stream: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if zipped else plain
    try:
        dtype, shape = _read_header(stream, path)
        length = math.prod(shape) * dtype.itemsize
        limit = len(packed) * DEFLATE_LIMIT if zipped else len(packed)
        if length > limit:
            raise SourceError(
                f"{path}: the header claims {length} bytes of data ({shape_text(shape)}), but a "
                f"file of {len(packed)} bytes cannot hold more than {limit}"
            )
        data = _read_up_to(stream, length)
        longer = bool(stream.read(1))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: damaged gzip data: {error}; get the file again") from None
    if len(data) < length or longer:
        found = "more" if longer else f"{len(data)}"
        raise SourceError(
            f"{path}: the header claims {length} bytes of data ({shape_text(shape)}), but there "
            f"are {found}; get the file again"
        )
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return ``60000 x 28 x 28``."""
    return " x ".join(map(str, shape))


def _read_up_to(stream: IO[bytes], length: int) -> bytearray:
    """Read at most `length` bytes in blocks, so that memory grows with the actual data."""
    data = bytearray()
    while len(data) < length:
        block = stream.read(min(_BLOCK, length - len(data)))
        if not block:
            break
        data += block
    return data


def _read_header(stream: IO[bytes], path: Path) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or not 1 <= magic[3] <= 4:
        raise SourceError(
            f"{path}: not an IDX file: it begins with {magic.hex(' ') or 'nothing'}, not with "
            "00 00, a type and a number of dimensions"
        )
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise SourceError(f"{path}: ends within its header; get the file again")
    return np.dtype(_TYPES[magic[2]]), struct.unpack(f">{magic[3]}I", sizes)
