"""Encode 8-bit grey and colour images as PNG: a header, one compressed block, and an end.

Drawn lines are long runs of background with some ink in between. For these, zlib's
run-length strategy without row filters gives smaller files than the usual filters, in a
fraction of the time, and needs no import. ISA-L's deflate at level 0 takes a quarter of
that time; its files are a third larger.

ISA-L's level 1 would make smaller files, but not deterministically: at the start of a
stream, its assembler code (version 2.32, ``.write_first_byte`` in
igzip_icf_body_h1_gr_bt.asm, for levels 1 and 2) hashes a register that still contains an
address. Depending on the position of the stack, about one process in a thousand finds
other matches.

Source of the format: "Portable Network Graphics (PNG) Specification", W3C.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Pixels
from mnistseq.errors import MissingPackageError

Compression: TypeAlias = Literal["auto", "zlib", "isal"]

Compressor: TypeAlias = Callable[[memoryview], bytes]
"""Compresses bytes to a zlib stream."""

_GREY, _COLOUR = 0, 2

_STRIP_BYTES = 1 << 24
"""Larger images are compressed in strips of this size."""


def png_bytes(
    image: Pixels, compress: Compressor | None = None, *, strip_bytes: int = _STRIP_BYTES
) -> bytes:
    """Encode an image.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    compress : callable, optional
        Compression function; by default zlib.
    strip_bytes : int
        With zlib, larger images are compressed in strips of this size, which gives the same bytes.
    """
    return next(png_files(image[None], compress, strip_bytes))


def png_files(
    images: Pixels, compress: Compressor | None = None, strip_bytes: int = _STRIP_BYTES
) -> Iterator[bytes]:
    """Encode images of one size, shape (B, height, width) or (B, height, width, 3)."""
    number, height, width = images.shape[:3]
    colour = images.ndim == 4
    lines = images.reshape(number, height, -1)
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    header += bytes([8, _COLOUR if colour else _GREY, 0, 0, 0])
    before = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
    after = _chunk(b"IEND", b"")
    if compress is None and lines[0].nbytes > strip_bytes:
        for line in lines:
            each = max(1, strip_bytes // line[0].nbytes)
            strips = (line[None, first : first + each] for first in range(0, height, each))
            stream = _zlib(_filtered(strip)[0].data for strip in strips)
            yield before + _chunk(b"IDAT", stream) + after
        return
    for rows in _filtered(lines):
        stream = _zlib([rows.data]) if compress is None else compress(rows.data)
        yield before + _chunk(b"IDAT", stream) + after


def _filtered(lines: Pixels) -> Pixels:
    """Put the filter number before each row, 0 for no filter, and return flat images."""
    number, height, size = lines.shape
    rows = np.zeros((number, height, 1 + size), dtype=np.uint8)
    rows[:, :, 1:] = lines
    return rows.reshape(number, -1)


def resolve(compression: Compression) -> Compression:
    """Return what ``auto`` means on this machine; other values are unchanged.

    OutputError if the compression needs a package that is not installed.
    """
    installed = find_spec("isal") is not None
    if compression == "auto":
        return "isal" if installed else "zlib"
    if compression == "isal" and not installed:
        raise MissingPackageError(
            "compression isal needs the package isal, which is not installed: "
            "pip install 'mnistseq[fast]', or use zlib, which makes other bytes of the same pixels"
        )
    return compression


def compressor(compression: Compression) -> Compressor:
    """Return the compression function; for errors see `resolve`."""
    compression = resolve(compression)
    if compression == "zlib":
        return lambda data: _zlib([data])
    from isal import igzip_lib

    return lambda data: igzip_lib.compress(data, 0, igzip_lib.COMP_ZLIB)


def _zlib(parts: Iterable[memoryview]) -> bytes:
    stream = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    compressed = [*map(stream.compress, parts)]
    return b"".join([*compressed, stream.flush()])


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")
