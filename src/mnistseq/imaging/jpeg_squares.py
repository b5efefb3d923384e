"""What JPEG does to grey pixels: each square of 8 x 8 is transformed, rounded, and transformed back.

Packing the rounded numbers into a file and unpacking them changes nothing, so no file is made.
This is the integer arithmetic of libjpeg's accurate method, which all its derivatives share, so
the pixels are those that a file of the same quality gives back.

Sources: the JPEG standard (ITU-T T.81), annexes A and K; Loeffler, Ligtenberg and Moschytz,
"Practical fast 1-D DCT algorithms with 11 multiplications" (ICASSP 1989).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy import int32
from numpy.typing import NDArray

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels

SQUARE = 8

_BLOCK = 1 << 15
"""Pixels processed at a time: they fit in a core's cache."""

_STRIP = 1 << 19
"""Pixels of a strip of an image that is larger: the numbers of whole images would fill the memory."""

# fmt: off
_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)
# fmt: on


def steps_of(qualities: Ints) -> NDArray[np.int32]:
    """Return the step to which each frequency is rounded: int32, shape (B, 64)."""
    scale = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    steps = (np.array(_LUMINANCE) * scale[:, None] + 50) // 100
    limited: NDArray[np.int32] = np.clip(steps, 1, 255).astype(np.int32)
    return limited


@accelerated("jpeg")
def coded(images: Pixels, widths: Ints, steps: NDArray[np.int32]) -> Pixels:
    """Return grey images as JPEG would give them back.

    Parameters
    ----------
    images : ndarray of uint8, shape (B, height, width)
    widths : ndarray of int64, shape (B,)
        Width of each image; what lies right of it is padding.
    steps : ndarray of int32, shape (B, 64)
        See `steps_of`.
    """
    height, width = images.shape[1:]
    lines = max(1, _STRIP // (width * SQUARE)) * SQUARE
    if height <= lines:
        return _coded(images, widths, steps)
    result = np.empty_like(images)
    for first in range(0, height, lines):
        strip = slice(first, first + lines)
        result[:, strip] = _coded(images[:, strip], widths, steps)
    return result


def _coded(images: Pixels, widths: Ints, steps: NDArray[np.int32]) -> Pixels:
    count, height, width = images.shape
    # Squares at the edges are filled up with the last pixel of each row and column.
    full = -(-height // SQUARE) * SQUARE, -(-width // SQUARE) * SQUARE
    filled = np.pad(images, ((0, 0), (0, full[0] - height), (0, full[1] - width)), "edge")
    rest = np.arange(SQUARE - 1)
    column = np.minimum(widths[:, None] + rest, full[1] - 1)
    picture = np.arange(count)[:, None]
    filled[picture, :, column] = filled[picture, :, np.minimum(column, widths[:, None] - 1)]
    result = np.empty_like(images)
    each = max(1, _BLOCK // (full[0] * full[1]))
    for first in range(0, count, each):
        some = filled[first : first + each]
        squares = some.reshape(len(some), full[0] // SQUARE, SQUARE, full[1] // SQUARE, SQUARE)
        planes = squares.transpose(2, 4, 0, 1, 3)
        step = steps[first : first + each].T.reshape(SQUARE, SQUARE, len(some), 1, 1)
        step = np.broadcast_to(step, planes.shape).reshape(SQUARE, SQUARE, -1)
        back = _rounded(planes.reshape(SQUARE, SQUARE, -1), step).reshape(planes.shape)
        back = back.transpose(2, 3, 0, 4, 1).reshape(some.shape)
        result[first : first + each] = back[:, :height, :width]
    return result


def _rounded(planes: Pixels, steps: NDArray[np.int32]) -> Pixels:
    """Transform squares, round and transform back: rows and columns of a square first.

    All numbers are whole, and smaller than 2**53, so that it makes no difference in which order
    they are added up.
    """
    to, back = _matrices()
    numbers = _descaled(to @ (planes - 128.0), 11)
    numbers = _descaled(np.tensordot(to, numbers, 1), 15)
    # Eight times as large, and rounded away from 0.
    whole = np.abs(numbers)
    whole += 4.0 * steps
    whole /= 8.0 * steps
    np.floor(whole, out=whole)
    whole *= steps
    numbers = np.copysign(whole, numbers, out=whole)
    numbers = _descaled(np.tensordot(back, numbers, 1), 11)
    numbers = _descaled(back @ numbers, 18)
    numbers += 128
    return np.clip(numbers, 0, 255, out=numbers).astype(np.uint8)


def _descaled(numbers: Floats, places: int) -> Floats:
    """Round numbers by a count of binary places, in place."""
    numbers += 2.0 ** (places - 1)
    numbers *= 2.0**-places
    return np.floor(numbers, out=numbers)


@cache
def _matrices() -> tuple[Floats, Floats]:
    """Return `forward` and `backward` as matrices of whole numbers: shape (8, 8) each."""
    one = np.eye(SQUARE, dtype=np.int32)
    to, back = np.stack(forward(one)), np.stack(backward(one))
    return to.astype(np.float64), back.astype(np.float64)


# Compiled, sums of whole numbers would have 64 bits, and take twice as long; 32 are enough.


def forward(pixels: Any) -> tuple[Any, ...]:
    """Transform eight pixels into frequencies, with 13 binary places more."""
    p0, p1, p2, p3, p4, p5, p6, p7 = pixels
    a0, a1, a2, a3 = int32(p0 + p7), int32(p1 + p6), int32(p2 + p5), int32(p3 + p4)
    a4, a5, a6, a7 = int32(p3 - p4), int32(p2 - p5), int32(p1 - p6), int32(p0 - p7)
    b0, b1, b2, b3 = int32(a0 + a3), int32(a1 + a2), int32(a1 - a2), int32(a0 - a3)
    z = int32((b2 + b3) * 4433)
    z5 = int32((a4 + a6 + a5 + a7) * 9633)
    z1, z2 = int32((a4 + a7) * -7373), int32((a5 + a6) * -20995)
    z3, z4 = int32((a4 + a6) * -16069 + z5), int32((a5 + a7) * -3196 + z5)
    return (
        int32((b0 + b1) * 8192),
        int32(a7 * 12299 + z1 + z4),
        int32(z + b3 * 6270),
        int32(a6 * 25172 + z2 + z3),
        int32((b0 - b1) * 8192),
        int32(a5 * 16819 + z2 + z4),
        int32(z + b2 * -15137),
        int32(a4 * 2446 + z1 + z3),
    )


def backward(frequencies: Any) -> tuple[Any, ...]:
    """Transform eight frequencies into pixels, with 13 binary places more."""
    f0, f1, f2, f3, f4, f5, f6, f7 = frequencies
    z = int32((f2 + f6) * 4433)
    t0, t1 = int32((f0 + f4) * 8192), int32((f0 - f4) * 8192)
    t2, t3 = int32(z + f6 * -15137), int32(z + f2 * 6270)
    b0, b1, b2, b3 = int32(t0 + t3), int32(t1 + t2), int32(t1 - t2), int32(t0 - t3)
    z5 = int32((f7 + f3 + f5 + f1) * 9633)
    z1, z2 = int32((f7 + f1) * -7373), int32((f5 + f3) * -20995)
    z3, z4 = int32((f7 + f3) * -16069 + z5), int32((f5 + f1) * -3196 + z5)
    o0, o1 = int32(f7 * 2446 + z1 + z3), int32(f5 * 16819 + z2 + z4)
    o2, o3 = int32(f3 * 25172 + z2 + z3), int32(f1 * 12299 + z1 + z4)
    return (
        int32(b0 + o3),
        int32(b1 + o2),
        int32(b2 + o1),
        int32(b3 + o0),
        int32(b3 - o0),
        int32(b2 - o1),
        int32(b1 - o2),
        int32(b0 - o3),
    )
