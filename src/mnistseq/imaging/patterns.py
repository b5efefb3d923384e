"""Patterns over whole images, in arithmetic that all machines round equally.

Random fields come from a hash of (key, pixel), because a number for each pixel of a
canvas is more than a sample's stream is made for; the stream provides the key.
Everything else is sums and products of float32, one pixel at a time, so neither the
batch nor the processor changes a bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.randomness import Stream

Field: TypeAlias = NDArray[np.float32]
Keys: TypeAlias = NDArray[np.uint32]
Item = TypeVar("Item", bound=np.generic)

GRAIN_DEVIATION = 147.8
"""Standard deviation of `grain`."""

_GOLDEN = np.uint32(0x9E3779B9)

_BLOCK = 1 << 17
"""Pixels processed at a time: they fit in a core's cache."""

_STRIP = 1 << 20
"""Pixels of a strip of an image that is larger: fields of whole images would fill the memory."""


def numbers(stream: Stream, count: int) -> Floats:
    """Return `count` numbers for each image: float64 in [0, 1), shape (B, count)."""
    return stream.uniform(count)


def numbers_and_keys(stream: Stream, count: int, fields: int) -> tuple[Floats, list[Keys]]:
    """Return numbers for each image, and its keys for a number of random fields, in one draw.

    Returns
    -------
    numbers : ndarray of float64, shape (B, count)
    keys : list of ndarray of uint32, shape (B, 2)
    """
    words = stream.words(count + fields)
    uniform: Floats = (words[:, :count] >> np.uint64(11)) * np.float64(2.0**-53)
    halves = np.stack([words >> np.uint64(32), words & np.uint64(0xFFFFFFFF)], axis=2)
    return uniform, [halves[:, count + field].astype(np.uint32) for field in range(fields)]


@dataclass(frozen=True, eq=False)
class Block:
    """A run of images that are processed together, cut to the widest of them; or a strip of one.

    Attributes
    ----------
    rows : slice
    height, width : int
        Of whole images.
    widths : ndarray of int64, shape (B,)
        Each image's own.
    lines : slice
        The lines of pixels of the strip, by default all.
    """

    rows: slice
    height: int
    width: int
    widths: Ints
    lines: slice = field(default_factory=partial(slice, None))

    def of(self, images: NDArray[Item]) -> NDArray[Item]:
        """Return the block's part of an array of all images."""
        return images[self.rows, self.lines, : self.width]

    def grid(self) -> tuple[Field, Field]:
        """Return pixel centres relative to each image's middle: y (lines, 1), x (B, 1, width)."""
        y = np.arange(self.height, dtype=np.float32) - np.float32((self.height - 1) / 2)
        x = np.arange(self.width, dtype=np.float32) - column((self.widths - 1) / 2)
        return y[self.lines, None], x

    def shares(self) -> tuple[Field, Field]:
        """Return the same as shares of each image's height and width: from -1/2 to 1/2."""
        y, x = self.grid()
        x /= column(self.widths)
        return y / np.float32(self.height), x

    def inside(self) -> Flags:
        """Return which pixels are not padding: bool, shape (B, 1, width)."""
        inside: Flags = np.arange(self.width) < self.widths[:, None, None]
        return inside


def blocks(images: NDArray[Item], widths: Ints, pixels: int = _BLOCK) -> Iterator[Block]:
    """Split images into runs to process together."""
    first, height = 0, images.shape[1]
    while first < len(images):
        sizes = np.maximum.accumulate(widths[first:]) * np.arange(1, len(images) - first + 1)
        each = max(1, int(np.searchsorted(sizes * height, pixels, side="right")))
        own = widths[first : first + each]
        yield Block(slice(first, first + each), height, int(own.max()), own)
        first += each


def strips(images: NDArray[Item], widths: Ints) -> Iterator[Block]:
    """Split images into runs, and large ones into strips, where no pixel needs its neighbours."""
    for block in blocks(images, widths):
        if block.height * block.width <= _STRIP:
            yield block
            continue
        each = max(1, _STRIP // block.width)
        for first in range(0, block.height, each):
            yield replace(block, lines=slice(first, min(first + each, block.height)))


def hashed(key: Keys, count: int) -> Keys:
    """Return random words: uint32, shape (B, count)."""
    return _mixed(np.arange(count, dtype=np.uint32) * _GOLDEN + key[:, :1], key[:, 1:])


def _mixed(words: Keys, second: Keys) -> Keys:
    """Hash words in place, with two rounds of multiplying and shifting.

    It is the finaliser of MurmurHash3, with one half of the key before each round.
    """
    words ^= words >> np.uint32(16)
    words *= np.uint32(0x85EBCA6B)
    words ^= second
    words ^= words >> np.uint32(13)
    words *= np.uint32(0xC2B2AE35)
    words ^= words >> np.uint32(16)
    return words


def _hashed_rows(key: Keys, rows: Ints, width: int, lengths: Ints) -> Keys:
    """Return a random word for each item of images whose rows differ in length: (B, rows, width).

    Each image's items are numbered row by row, skipping padding.
    """
    starts = rows.astype(np.uint32) * lengths.astype(np.uint32)[:, None]
    starts *= _GOLDEN
    starts += key[:, :1]
    words = starts[:, :, None] + np.arange(width, dtype=np.uint32) * _GOLDEN
    return _mixed(words, key[:, 1:, None])


def grain(
    key: Keys, shape: tuple[int, ...], widths: Ints | None = None, only: slice = slice(None)
) -> Field:
    """Return independent, nearly normal noise: float32, whole numbers from -510 to 510.

    The sum of a word's four bytes; its standard deviation is `GRAIN_DEVIATION`.

    Parameters
    ----------
    key : ndarray of uint32, shape (B, 2)
    shape : tuple of int
        The shape of one image, or of the widest: height, width and perhaps channels.
    widths : ndarray of int64, shape (B,), optional
        Width of each image, if they differ.
    only : slice
        The lines of pixels to return.
    """
    lines = np.arange(shape[0])[only]
    channels = int(np.prod(shape[2:]))
    lengths = np.full(len(key), shape[1]) if widths is None else widths
    words = _hashed_rows(key, lines, shape[1] * channels, lengths * channels)
    pairs = words & np.uint32(0x00FF00FF)
    words >>= np.uint32(8)
    words &= np.uint32(0x00FF00FF)
    pairs += words
    field = ((pairs & np.uint32(0xFFFF)) + (pairs >> np.uint32(16))).astype(np.float32)
    field -= np.float32(510)
    return field.reshape(len(key), len(lines), *shape[1:])


def clouds(
    key: Keys,
    shape: tuple[int, int],
    cell: float,
    widths: Ints | None = None,
    only: slice = slice(None),
) -> Field:
    """Return smooth noise: float32 from -1 to 1, shape (B, height, width).

    Random values at the nodes of a lattice, with smooth steps between them.

    Parameters
    ----------
    key : ndarray of uint32, shape (B, 2)
    shape : tuple of int
        Height and width of one image, or of the widest.
    cell : float
        Distance between nodes in pixels.
    widths : ndarray of int64, shape (B,), optional
        Width of each image, if they differ.
    only : slice
        The lines of pixels to return.
    """
    (top, down), (left, across) = (steps(size, cell) for size in shape)
    lengths = left[-1:] + 2 if widths is None else left[widths - 1] + 2
    lengths = np.broadcast_to(lengths, len(key))
    top, down = top[only], down[only]
    rows = np.arange(top[0], top[-1] + 2)
    nodes = _hashed_rows(key, rows, int(left[-1]) + 2, lengths)
    values = nodes.astype(np.float32)
    values *= np.float32(2.0**-31)
    values -= np.float32(1)
    lines = values.take(left, axis=2)
    lines += (values.take(left + 1, axis=2) - lines) * across
    top = top - rows[0]
    field: Field = lines.take(top, axis=1)
    field += (lines.take(top + 1, axis=1) - field) * down[:, None]
    return field


def steps(size: int, cell: float) -> tuple[NDArray[np.intp], Field]:
    """Return each pixel's node, and its smoothed distance to the next one."""
    positions = np.arange(size, dtype=np.float32) / np.float32(max(cell, 1.0))
    node = positions.astype(np.intp)
    share = positions - node.astype(np.float32)
    return node, share * share * (3 - 2 * share)


def wave(turns: Field) -> Field:
    """Return the sine of an angle in turns, to about 0.001.

    A parabola through the half turns, corrected once. Unlike the sines of
    mathematical libraries, it is equal on all machines.
    """
    angle = turns - np.floor(turns)
    angle *= 2
    angle -= 1
    curve = np.abs(angle)
    curve -= 1
    curve *= angle
    curve *= 4
    bent = np.abs(curve)
    bent -= 1
    bent *= curve
    bent *= np.float32(0.225)
    bent += curve
    return bent


def column(values: Floats | Ints | Field) -> Field:
    """Return a number for each image, shaped to broadcast with fields: float32, (B, 1, 1)."""
    return values.astype(np.float32)[:, None, None]


def shaded(images: Pixels, level: Field) -> Pixels:
    """Multiply images by a field, like light through a sheet: 1 keeps a pixel, 0 makes it black.

    Parameters
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
    level : ndarray of float32, broadcasting to (B, height, width)
        Clipped to [0, 1], and rounded to steps of 1/255.
    """
    steps = np.clip(level, 0, 1)
    steps *= 255
    steps += np.float32(0.5)
    whole = steps.astype(np.uint16)
    product = images * (whole if images.ndim == 3 else whole[..., None])
    # Division by 255, rounded to the nearest, without dividing.
    product += np.uint16(128)
    product += product >> np.uint16(8)
    product >>= np.uint16(8)
    return product.astype(np.uint8)


def shade(
    images: Pixels, widths: Ints, level: Callable[[Block], Field], rows: Ints | None = None
) -> Pixels:
    """Shade each image by a sheet of its own.

    Parameters
    ----------
    images, widths
        As in a canvas.
    level : callable
        Returns the sheets of a run of images, or of a strip, as `shaded` expects them.
    rows : ndarray of int64, optional
        The images to shade, all by default: rows of a block are positions in `rows`.
    """
    if rows is not None:
        return with_changed(images, rows, lambda some: shade(some, widths[rows], level))
    result = np.empty_like(images)
    for block in strips(images, widths):
        block.of(result)[:] = shaded(block.of(images), level(block))
    return result


def with_changed(images: Pixels, rows: Ints, change: Callable[[Pixels], Pixels]) -> Pixels:
    """Return images of which those at `rows` are changed; all of them without being copied."""
    if len(rows) == len(images):
        return change(images)
    result = images.copy()
    result[rows] = change(images[rows])
    return result
