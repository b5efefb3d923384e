"""Compiled versions of transforms that move pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.bilinear import ONE, coordinates
from mnistseq.core.compiled.compiler import UNIT, compiled
from mnistseq.imaging.compiled.level_warps import level, memory, padded_size
from mnistseq.imaging.patterns import Field


def affine(images: Pixels, fixed: Floats, boxes: Ints) -> Pixels:
    """See `mnistseq.imaging.warp`."""
    height, width = images.shape[1:]
    flat = np.zeros(images.size + 2 * padded_size(width), np.uint8)
    result = flat[: images.size].reshape(images.shape)
    is_level = np.rint(fixed[:, 1, 0] * (width - 1)) == 0
    _level(images, boxes, fixed, is_level, memory(height, width), flat)
    if not is_level.all():
        rest = np.flatnonzero(~is_level)
        turned = np.empty((len(rest), height, width), np.uint8)
        _affine(images[rest], *coordinates(fixed[rest], height, width), turned)
        result[rest] = turned
    return result


@compiled
def _level(images: Any, boxes: Any, fixed: Any, is_level: Any, memory: Any, result: Any) -> None:
    pixels = UNIT(images[0].size)
    for picture in range(len(images)):
        if is_level[picture] and boxes[picture, 2]:
            start = UNIT(picture) * pixels
            level(images[picture], boxes[picture], fixed[picture], memory, start, result)


@compiled
def _pack(framed: Any, quads: Any) -> None:
    """Pack each pixel and its right, lower and lower right neighbour in a word."""
    stride = framed.shape[1]
    pixels = framed.reshape(-1)
    count = len(pixels) - stride - 1
    # Slices that start where the first index would be: a compiler vectorises no other sums.
    right, below, last = pixels[1:], pixels[stride:], pixels[stride + 1 :]
    for place in range(count):
        one = np.uint32(pixels[place])
        two = np.uint32(np.uint32(right[place]) << np.uint32(8))
        three = np.uint32(np.uint32(below[place]) << np.uint32(16))
        four = np.uint32(np.uint32(last[place]) << np.uint32(24))
        quads[place] = np.uint32(one | two | three | four)


@compiled
def _locate(x: Any, y: Any, stride: Any, target: Any, line: Any) -> None:
    """Write the index of a pixel's word, and the shares of its neighbours."""
    index, across, down = line
    index[target] = np.int32(np.int32(np.int32(y >> np.int32(16)) * stride) + (x >> np.int32(16)))
    across[target] = np.uint32(np.uint32(x) >> np.uint32(8)) & np.uint32(255)
    down[target] = np.uint32(np.uint32(y) >> np.uint32(8)) & np.uint32(255)


@compiled
def _line_of(places: Any, first: Any, count: Any) -> Any:
    """Return the part of the memory for a line."""
    last = first + count
    return places[0][first:last], places[1][first:last], places[2][first:last]


@compiled
def _interpolate(quads: Any, places: Any, words: Any, flip: Any, result: Any) -> None:
    """Interpolate between the four pixels of each word; see `mnistseq.imaging.warp`."""
    index, across, down = places
    pixels = result.reshape(-1)
    for target in range(len(pixels)):
        words[target] = quads[index[target]]
    for target in range(len(pixels)):
        left = np.uint32(words[target] & np.uint32(0x00FF00FF))
        right = np.uint32(np.uint32(words[target] >> np.uint32(8)) & np.uint32(0x00FF00FF))
        pair = np.uint32(np.uint32(right - left) * across[target])
        pair = np.uint32(pair + np.uint32(left << np.uint32(8)))
        upper = np.uint32(pair & np.uint32(0xFFFF))
        lower = np.uint32(np.uint32(pair >> np.uint32(16)) - upper)
        mixed = np.uint32(np.uint32(lower * down[target]) + np.uint32(upper << np.uint32(8)))
        mixed = np.uint32(np.uint32(mixed + np.uint32(1 << 15)) >> np.uint32(16))
        pixels[target] = np.uint8(mixed ^ flip)


@compiled
def _lines_at_once(height: Any, width: Any) -> Any:
    """Return how many lines are interpolated together: few enough for a large image's memory."""
    return min(height, max(1, (1 << 18) // width))


@compiled
def _places(size: Any) -> Any:
    """Return memory for `_locate` and for words."""
    shares = np.zeros((2, size), np.uint32)
    return (np.zeros(size, np.int32), shares[0], shares[1]), np.zeros(size, np.uint32)


@compiled
def _affine(images: Any, rows: Any, columns: Any, result: Any) -> None:
    height, width = images.shape[1], images.shape[2]
    stride, one = np.int32(width + 3), np.int32(1 << 16)
    framed = np.zeros((height + 3, width + 3), np.uint8)
    quads = np.zeros(framed.size, np.uint32)
    most = _lines_at_once(height, width)
    places, words = _places(most * width)
    before, right, foot = np.int32(-one), np.int32(width * one), np.int32(height * one)
    for row in range(len(images)):
        framed[1:-2, 1:-2] = images[row]
        _pack(framed, quads)
        across, down = columns[row, 0], columns[row, 1]
        for first in range(0, height, most):
            last = min(first + most, height)
            for line in range(first, last):
                base_x, base_y = rows[row, 0, line], rows[row, 1, line]
                target = _line_of(places, (line - first) * width, width)
                for column in range(width):
                    x, y = np.int32(base_x + across[column]), np.int32(base_y + down[column])
                    x = np.int32(min(max(x, before), right) + one)
                    y = np.int32(min(max(y, before), foot) + one)
                    _locate(x, y, stride, column, target)
            _interpolate(quads, places, words, np.uint32(0), result[row, first:last])


def seen(images: Pixels, widths: Ints, back: Field) -> Pixels:
    """See `mnistseq.canvas_transforms.perspective`."""
    result = np.empty_like(images)
    _see(images, widths, back, np.float32(ONE), result)
    return result


@compiled
def _see(images: Any, widths: Any, back: Any, one: Any, result: Any) -> None:
    height, longest = images.shape[1], images.shape[2]
    stride = np.int32(longest + 3)
    framed = np.zeros((height + 3, longest + 3), np.uint8)
    quads = np.zeros(framed.size, np.uint32)
    most = _lines_at_once(height, longest)
    places, words = _places(most * longest)
    half, zero, foot = np.float32(0.5), np.float32(0), np.float32(height + 1) * one
    for row in range(len(images)):
        m, width = back[row], widths[row]
        _frame(images[row], width, framed)
        _pack(framed, quads)
        right = np.float32(width + 1) * one
        mx, my, mz = m[0, 0], m[1, 0], m[2, 0]
        for first in range(0, height, most):
            last = min(first + most, height)
            for line in range(first, last):
                y = np.float32(np.int32(line + 1)) - half
                base_x, base_y = m[0, 1] * y + m[0, 2], m[1, 1] * y + m[1, 2]
                base = m[2, 1] * y + m[2, 2]
                target = _line_of(places, (line - first) * longest, longest)
                for column in range(width):
                    x = np.float32(np.int32(column + 1)) - half
                    scale = one / (mz * x + base)
                    across, down = (mx * x + base_x) * scale, (my * x + base_y) * scale
                    source_x = np.int32(min(max(across, zero), right))
                    source_y = np.int32(min(max(down, zero), foot))
                    _locate(source_x, source_y, stride, column, target)
            _interpolate(quads, places, words, np.uint32(255), result[row, first:last])


@compiled
def _least(line: Any, reach: Any, padded: Any, result: Any) -> None:
    """Write the least of the pixels within reach of each pixel of a line."""
    size = len(line)
    padded[: size + 2 * reach] = 255
    padded[reach : reach + size] = line
    result[:] = line
    for step in range(2 * reach + 1):
        shifted = padded[step : step + size]
        for place in range(size):
            result[place] = min(result[place], shifted[place])


@compiled
def _frame(image: Any, width: Any, framed: Any) -> None:
    """Fill a framed picture with the ink of an image; the frame is as its faintest pixels nearby."""
    height = image.shape[0]
    reach = max(4, height // 3)
    padded = np.empty(max(height, width) + 2 * reach, np.uint8)
    for y in range(height):
        for x in range(width):
            framed[y + 1, x + 1] = np.uint8(np.int32(255) - np.int32(image[y, x]))
    for edge, beside in ((0, 1), (height + 1, height)):
        _least(framed[beside, 1 : width + 1], reach, padded, framed[edge, 1 : width + 1])
    for edge, beside in ((0, 1), (width + 1, width)):
        _least(framed[1 : height + 1, beside], reach, padded, framed[1 : height + 1, edge])
    for y, inner in ((0, 1), (height + 1, height)):
        for x, beside in ((0, 1), (width + 1, width)):
            framed[y, x] = min(framed[y, beside], framed[inner, x])


def enlarged(
    images: Pixels, widths: Ints, down: NDArray[np.int32], across: NDArray[np.int32]
) -> Pixels:
    """See `mnistseq.canvas_transforms.trim`."""
    result = np.empty_like(images)
    _enlarge(images, widths, down, across, result)
    return result


@compiled
def _enlarge(images: Any, widths: Any, down: Any, across: Any, result: Any) -> None:
    height, longest = images.shape[1:]
    taller = np.zeros(longest + 1, np.uint32)
    pairs, mixed = np.zeros(longest, np.uint32), np.zeros(longest, np.uint32)
    columns, shares = np.zeros(longest, UNIT), np.zeros(longest, np.uint32)
    for row in range(len(images)):
        width = widths[row]
        for x in range(width):
            columns[x] = UNIT(across[row, x] >> np.int32(8))
            shares[x] = np.uint32(across[row, x] & np.int32(255))
        for y in range(height):
            line, share = down[row, y] >> 8, np.uint32(down[row, y] & 255)
            upper, lower = images[row, line], images[row, min(line + 1, height - 1)]
            for x in range(width):
                taller[x] = _between(np.uint32(upper[x]), np.uint32(lower[x]), share)
            after = taller[1:]
            for x in range(width):
                pairs[x] = np.uint32(taller[x] | np.uint32(after[x] << np.uint32(16)))
            for x in range(width):
                mixed[x] = pairs[columns[x]]
            target = result[row, y]
            for x in range(width):
                near = np.uint32(mixed[x] & np.uint32(0xFFFF))
                target[x] = np.uint8(_between(near, mixed[x] >> np.uint32(16), shares[x]))


@compiled
def _between(near: Any, after: Any, share: Any) -> Any:
    """Mix two pixels, in 256ths."""
    more = np.uint32(np.uint32(after - near) * share)
    return np.uint32(
        np.uint32(np.uint32(near << np.uint32(8)) + np.uint32(more + np.uint32(128)))
        >> np.uint32(8)
    )
