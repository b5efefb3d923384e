"""Twin of what JPEG does to grey pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.imaging import jpeg_squares
from mnistseq.imaging.compiled.compiler import compiled

_forward = compiled(jpeg_squares.forward)
_backward = compiled(jpeg_squares.backward)


def coded(images: Pixels, widths: Ints, steps: NDArray[np.int32]) -> Pixels:
    """See `mnistseq.imaging.jpeg_squares`."""
    result = np.empty_like(images)
    _code(images, widths, steps, result)
    return result


@compiled
def _code(images: Any, widths: Any, steps: Any, result: Any) -> None:
    """Transform a row of squares at a time."""
    height = images.shape[1]
    longest = -(-images.shape[2] // 8) * 8
    first, second = np.empty((8, longest), np.int32), np.empty((8, longest), np.int32)
    for row in range(len(images)):
        image, own, width = images[row], steps[row].reshape(8, 8), widths[row]
        squares = -(-width // 8)
        for top in range(0, height, 8):
            for y in range(8):
                source, target = image[min(top + y, height - 1)], first[y]
                for x in range(width):
                    target[x] = np.int32(source[x]) - np.int32(128)
                target[width : 8 * squares] = target[width - 1]
            _there_and_back(first, second, own, squares)
            for y in range(min(8, height - top)):
                source, target = first[y], result[row, top + y]
                for x in range(width):
                    pixel = np.int32(source[x] + np.int32(128))
                    target[x] = np.uint8(min(max(pixel, np.int32(0)), np.int32(255)))


@compiled
def _there_and_back(first: Any, second: Any, steps: Any, squares: Any) -> None:
    """Transform squares, round and transform back."""
    count = 8 * squares
    _turn(first, second, squares)
    _each_forward(second, first, count, -2, 11)
    _turn(first, second, squares)
    _each_forward(second, first, count, 2, 15)
    _round(first, steps, squares)
    _each_backward(first, second, count, 11)
    _turn(second, first, squares)
    _each_backward(first, second, count, 18)
    _turn(second, first, squares)


@compiled
def _round(numbers: Any, steps: Any, squares: Any) -> None:
    """Round each frequency to a multiple of its step, halves away from 0."""
    for y in range(8):
        for square in range(squares):
            for x in range(8):
                number = numbers[y, 8 * square + x]
                size = np.int32(steps[y, x] << 3)
                whole = np.float32(np.int32(abs(number) + (size >> 1))) / np.float32(size)
                rounded = np.int32(np.int32(whole) * steps[y, x])
                numbers[y, 8 * square + x] = -rounded if number < 0 else rounded


@compiled
def _each_forward(numbers: Any, result: Any, count: Any, even: Any, odd: Any) -> None:
    """Transform each column."""
    a, b, c, d = numbers[0], numbers[1], numbers[2], numbers[3]
    e, f, g, h = numbers[4], numbers[5], numbers[6], numbers[7]
    i, j, k, m = result[0], result[1], result[2], result[3]
    n, o, p, q = result[4], result[5], result[6], result[7]
    for x in range(count):
        found = _forward((a[x], b[x], c[x], d[x], e[x], f[x], g[x], h[x]), even, odd)
        i[x], j[x], k[x], m[x], n[x], o[x], p[x], q[x] = found


@compiled
def _each_backward(numbers: Any, result: Any, count: Any, shift: Any) -> None:
    """Transform each column back."""
    a, b, c, d = numbers[0], numbers[1], numbers[2], numbers[3]
    e, f, g, h = numbers[4], numbers[5], numbers[6], numbers[7]
    i, j, k, m = result[0], result[1], result[2], result[3]
    n, o, p, q = result[4], result[5], result[6], result[7]
    for x in range(count):
        found = _backward((a[x], b[x], c[x], d[x], e[x], f[x], g[x], h[x]), shift)
        i[x], j[x], k[x], m[x], n[x], o[x], p[x], q[x] = found


@compiled
def _turn(numbers: Any, result: Any, squares: Any) -> None:
    """Exchange rows and columns of each square."""
    for square in range(squares):
        for y in range(8):
            for x in range(8):
                result[x, 8 * square + y] = numbers[y, 8 * square + x]
