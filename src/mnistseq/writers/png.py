"""PNG files of 8-bit grey and colour images: a header, one compressed block, an end.

Drawn lines are long runs of ground with some ink between them. For those,
no row filter and zlib's run-length strategy give smaller files than the usual
filters and are several times as quick; and nothing has to be imported for them.

Source of the format: "Portable Network Graphics (PNG) Specification", W3C.
"""

from __future__ import annotations

import zlib

import numpy as np

from mnistseq.core.arrays import Pixels

_GREY, _COLOUR = 0, 2


def png_bytes(image: Pixels) -> bytes:
    """Encode an image of uint8, shape (height, width) or (height, width, 3)."""
    height, width = image.shape[:2]
    # Each row begins with the number of its filter; 0 is none.
    rows = np.zeros((height, 1 + width * (3 if image.ndim == 3 else 1)), dtype=np.uint8)
    rows[:, 1:] = image.reshape(height, -1)
    pack = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    header += bytes([8, _COLOUR if image.ndim == 3 else _GREY, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", pack.compress(rows.data) + pack.flush()),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")
