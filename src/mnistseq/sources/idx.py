"""IDX files: a format for arrays, and a source that reads a pair of them.

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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Annotated, Any, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from mnistseq.config.limits import NotEmpty
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source
from mnistseq.errors import SourceError
from mnistseq.sources.banks.cache import cached_bank

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_PIECE = 2**20
_DEFLATE_LIMIT = 1032
"""No deflate stream grows more than this when it is unpacked (zlib's technical notes)."""


@dataclass(frozen=True)
class Idx(Source):
    """A pair of IDX files, plain or gzipped: images (N, height, width) of uint8, and labels (N,).

    The path of the source is the folder that holds them.
    """

    name: ClassVar[str] = "idx"

    images: Annotated[str, NotEmpty()] = field(metadata={"help": "name of the file of images"})
    labels: Annotated[str, NotEmpty()] = field(metadata={"help": "name of the file of labels"})
    polarity: Literal["light-on-dark", "dark-on-light"] = field(
        default="light-on-dark", metadata={"help": "of ink and ground in the images"}
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pair; its labels are the numbers that occur. Both splits are the same."""
        folder = Path(path or ".")
        dark = self.polarity == "dark-on-light"
        return read_pair(folder / self.images, folder / self.labels, "idx", dark_on_light=dark)


def read_pair(
    images: Path,
    labels: Path,
    name: str,
    *,
    dark_on_light: bool = False,
    known: tuple[bytes, bytes] | None = None,
) -> GlyphBank:
    """Read images and labels as a bank, by way of the cache.

    `known` is their content's hash where that is beyond doubt; it is checked
    when they are decoded.
    """
    digests = known or (content_digest(images), content_digest(labels))

    def make() -> GlyphBank:
        pixels = read_idx(read_bytes(images, digests[0]), images)
        numbers = read_idx(read_bytes(labels, digests[1]), labels)
        check_pair(pixels, numbers, images, labels)
        known, codes = np.unique(numbers, return_inverse=True)
        if dark_on_light:
            pixels = 255 - pixels
        return GlyphBank(pixels, codes, tuple(map(str, known.tolist())), name=name)

    key = sha256(digests[0] + digests[1] + (b"dark" if dark_on_light else b"light"))
    return cached_bank(key.hexdigest(), name, make)


def read_idx(packed: bytes, path: Path) -> NDArray[Any]:
    """Decode an IDX file.

    Its header is held against its length before any memory is taken for it.

    Parameters
    ----------
    packed : bytes
        The file as it is, plain or gzipped.
    path : Path
        For messages.

    Returns
    -------
    ndarray
        In native byte order.

    Raises
    ------
    SourceError
        If the file is damaged, or not what it claims.
    """
    zipped = packed[:2] == b"\x1f\x8b"
    plain = io.BytesIO(packed)
    stream: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if zipped else plain
    try:
        dtype, shape = _read_header(stream, path)
        length = math.prod(shape) * dtype.itemsize
        most = len(packed) * _DEFLATE_LIMIT if zipped else len(packed)
        if length > most:
            raise SourceError(
                f"{path}: the header claims {length} bytes of data ({_shape_text(shape)}), but a "
                f"file of {len(packed)} bytes cannot hold more than {most}"
            )
        data = _read_most(stream, length)
        longer = bool(stream.read(1))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: damaged gzip data: {error}; get the file again") from None
    if len(data) < length or longer:
        fault = "more" if longer else f"{len(data)}"
        raise SourceError(
            f"{path}: the header claims {length} bytes of data ({_shape_text(shape)}), but there "
            f"are {fault}; get the file again"
        )
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _read_most(stream: IO[bytes], length: int) -> bytearray:
    """Read `length` bytes, or what there is: memory grows with what comes, not with a claim."""
    data = bytearray()
    while len(data) < length:
        piece = stream.read(min(_PIECE, length - len(data)))
        if not piece:
            break
        data += piece
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


def _shape_text(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def check_pair(pixels: NDArray[Any], numbers: NDArray[Any], images: Path, labels: Path) -> None:
    """Raise SourceError unless these are pictures, and a whole number for each."""
    if pixels.ndim != 3 or pixels.dtype != np.uint8:
        raise SourceError(
            f"{images}: images must be uint8 with three dimensions, not {pixels.dtype} "
            f"{_shape_text(pixels.shape)}; are images and labels swapped?"
        )
    if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
        raise SourceError(
            f"{labels}: labels must be whole numbers with one dimension, not {numbers.dtype} "
            f"{_shape_text(numbers.shape)}"
        )
    if len(pixels) != len(numbers):
        raise SourceError(
            f"{len(pixels)} images in {images} but {len(numbers)} labels in {labels}: "
            "take two files that belong together"
        )


def content_digest(path: Path) -> bytes:
    """Hash of a file's content, which never stands in memory as a whole."""
    with _reading(path), open(path, "rb") as file:
        return file_digest(file, "sha256").digest()


def read_bytes(path: Path, digest: bytes | None = None) -> bytes:
    """A file's content; SourceError if it cannot be read, or is not what `digest` says."""
    with _reading(path):
        content = path.read_bytes()
    if digest is not None and sha256(content).digest() != digest:
        raise SourceError(f"{path}: is not the file it was; try again, or get it again")
    return content


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None
