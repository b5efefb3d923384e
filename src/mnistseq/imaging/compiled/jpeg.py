"""Compiled version of the loss of JPEG on grey pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging import jpeg_squares

_forward = compiled(jpeg_squares.forward)
_backward = compiled(jpeg_squares.backward)

_STEP = 16
"""Squares are computed in multiples of this, so that no loop has a remainder that isn't vectorised."""


def coded(images: Pixels, widths: Ints, steps: NDArray[np.int32]) -> Pixels:
    """See `mnistseq.imaging.jpeg_squares`."""
    result = np.empty_like(images)
    height, width = images.shape[1:]
    squares = -(-height // 8) * -(-width // 8)
    count = -(-squares // _STEP) * _STEP
    # Each row of all squares of an image in turn, as pixels and, eight at a time, as words.
    pixels = np.zeros((8, 8 * count), np.uint8)
    numbers = np.empty((2, 64, count), np.int32)
    _code(images, widths, steps, (pixels, pixels.view("<u8"), numbers[0], numbers[1]), result)
    return result


@compiled
def _code(images: Any, widths: Any, steps: Any, memory: Any, result: Any) -> None:
    pixels, words, first, second = memory
    for row in range(len(images)):
        across = -(-widths[row] // 8)
        count = -(-(across * -(-images.shape[1] // 8)) // _STEP) * _STEP
        _cut(images[row], widths[row], 8 * across, pixels)
        _unpack(words, first, count)
        for line in range(8):
            _each_forward(first, second, 8 * line, 1, count, 11)
        for column in range(8):
            _each_forward(second, first, column, 8, count, 15)
        _round(first, steps[row], count)
        for column in range(8):
            _each_backward(first, second, column, 8, count, 11)
        for line in range(8):
            _each_backward(second, first, 8 * line, 1, count, 18)
        _pack(first, words, count)
        for y in range(images.shape[1]):
            start = (y >> 3) * 8 * across
            source, target = pixels[y & 7, start : start + widths[row]], result[row, y]
            for x in range(len(source)):
                target[x] = source[x]


@compiled
def _cut(image: Any, width: Any, length: Any, pixels: Any) -> None:
    """Copy the squares of an image; those at the edges are filled up with the last pixels."""
    height = image.shape[0]
    for y in range(-(-height // 8) * 8):
        source = image[min(y, height - 1)]
        target = pixels[y & 7, (y >> 3) * length : ((y >> 3) + 1) * length]
        for x in range(width):
            target[x] = source[x]
        target[width:] = source[width - 1]


@compiled
def _unpack(words: Any, numbers: Any, count: Any) -> None:
    """Write each pixel of a square, from -128 to 127, into an array of its own."""
    for pixel in range(64):
        line, target, shift = words[pixel >> 3], numbers[pixel], np.uint64(8 * (pixel & 7))
        for square in range(count):
            byte = np.uint64(line[square] >> shift) & np.uint64(255)
            target[square] = np.int32(np.int32(byte) - np.int32(128))


@compiled
def _pack(numbers: Any, words: Any, count: Any) -> None:
    """Put pixels back into words."""
    for y in range(8):
        line = words[y]
        for square in range(count):
            line[square] = 0
        for x in range(8):
            source, shift = numbers[8 * y + x], np.uint64(8 * x)
            for square in range(count):
                number = np.int32(source[square] + np.int32(128))
                byte = np.uint64(min(max(number, np.int32(0)), np.int32(255)))
                line[square] |= np.uint64(byte << shift)


@compiled
def _round(numbers: Any, steps: Any, count: Any) -> None:
    """Round each frequency to a multiple of its step, halves away from 0."""
    for frequency in range(64):
        own, step = numbers[frequency], steps[frequency]
        half, size = np.int32(step << 2), np.float32(np.int32(step << 3))
        for square in range(count):
            number = own[square]
            whole = np.float32(np.int32(np.int32(abs(number)) + half)) / size
            rounded = np.int32(np.int32(whole) * step)
            own[square] = np.int32(-rounded) if number < 0 else rounded


@compiled
def _each_forward(
    numbers: Any, result: Any, first: Any, step: Any, count: Any, places: Any
) -> None:
    """Transform eight numbers of each square: those in every `step`-th array from the first."""
    # Written out here and below: with the arrays from a function, loops take a third longer.
    a, b = numbers[first + 0 * step], numbers[first + 1 * step]
    c, d = numbers[first + 2 * step], numbers[first + 3 * step]
    e, f = numbers[first + 4 * step], numbers[first + 5 * step]
    g, h = numbers[first + 6 * step], numbers[first + 7 * step]
    i, j = result[first + 0 * step], result[first + 1 * step]
    k, m = result[first + 2 * step], result[first + 3 * step]
    n, o = result[first + 4 * step], result[first + 5 * step]
    p, q = result[first + 6 * step], result[first + 7 * step]
    for x in range(count):
        found = _forward((a[x], b[x], c[x], d[x], e[x], f[x], g[x], h[x]))
        i[x], j[x] = _descaled(found[0], places), _descaled(found[1], places)
        k[x], m[x] = _descaled(found[2], places), _descaled(found[3], places)
        n[x], o[x] = _descaled(found[4], places), _descaled(found[5], places)
        p[x], q[x] = _descaled(found[6], places), _descaled(found[7], places)


@compiled
def _each_backward(
    numbers: Any, result: Any, first: Any, step: Any, count: Any, places: Any
) -> None:
    """Transform eight frequencies of each square back."""
    a, b = numbers[first + 0 * step], numbers[first + 1 * step]
    c, d = numbers[first + 2 * step], numbers[first + 3 * step]
    e, f = numbers[first + 4 * step], numbers[first + 5 * step]
    g, h = numbers[first + 6 * step], numbers[first + 7 * step]
    i, j = result[first + 0 * step], result[first + 1 * step]
    k, m = result[first + 2 * step], result[first + 3 * step]
    n, o = result[first + 4 * step], result[first + 5 * step]
    p, q = result[first + 6 * step], result[first + 7 * step]
    for x in range(count):
        found = _backward((a[x], b[x], c[x], d[x], e[x], f[x], g[x], h[x]))
        i[x], j[x] = _descaled(found[0], places), _descaled(found[1], places)
        k[x], m[x] = _descaled(found[2], places), _descaled(found[3], places)
        n[x], o[x] = _descaled(found[4], places), _descaled(found[5], places)
        p[x], q[x] = _descaled(found[6], places), _descaled(found[7], places)


@compiled
def _descaled(number: Any, places: Any) -> Any:
    """Round a number by a count of binary places."""
    half = np.int32(np.int32(1) << np.int32(places - 1))
    return np.int32(np.int32(number + half) >> np.int32(places))
