"""Patterns of `mnistseq.imaging.patterns`, a pixel or a row at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints
from mnistseq.core.compiled.compiler import UNIT, compiled
from mnistseq.imaging.patterns import Field, Keys, steps

GOLDEN = np.uint32(0x9E3779B9)

_STEP = 16
"""Loops over floats run in multiples of this, so that none has a remainder that isn't vectorised."""


@compiled
def padded(size: Any) -> Any:
    """Return the length of a loop, and of its scratch, for `size` floats."""
    return -(-size // _STEP) * _STEP


@compiled
def hashed(index: Any, first: Any, second: Any) -> Any:
    """Return a random word."""
    return _mixed(word_of(index, first), second)


@compiled
def word_of(index: Any, first: Any) -> Any:
    """Return what is hashed for an index."""
    return np.uint32(np.uint32(index) * GOLDEN + first)


@compiled
def _mixed(word: Any, second: Any) -> Any:
    word = np.uint32(word ^ (word >> np.uint32(16)))
    word = np.uint32(word * np.uint32(0x85EBCA6B))
    word = np.uint32(word ^ second)
    word = np.uint32(word ^ (word >> np.uint32(13)))
    word = np.uint32(word * np.uint32(0xC2B2AE35))
    return np.uint32(word ^ (word >> np.uint32(16)))


def multiples(count: int) -> Keys:
    """Return what is added to the word of a row's first pixel for each of its pixels.

    Loops that compute it from the index take twice as long.
    """
    return np.arange(count, dtype=np.uint32) * GOLDEN


@compiled
def grain(word: Any, second: Any) -> Any:
    """Return nearly normal noise, from the first half of a key and a multiple of a pixel's index."""
    word = _mixed(word, second)
    pairs = np.uint32(
        (word & np.uint32(0x00FF00FF)) + (np.uint32(word >> np.uint32(8)) & np.uint32(0x00FF00FF))
    )
    total = np.int32(np.uint32(pairs & np.uint32(0xFFFF)) + np.uint32(pairs >> np.uint32(16)))
    return np.float32(total) - np.float32(510)


@compiled
def wave(turns: Any) -> Any:
    """Return a sixteenth of the sine of an angle in turns.

    Powers of two are left out where `mnistseq.imaging.patterns` multiplies by them: they change no
    other bits.
    """
    angle = turns - np.floor(turns) - np.float32(0.5)
    curve = (np.abs(angle) - np.float32(0.5)) * angle
    bent = (np.abs(curve) - np.float32(1 / 16)) * curve * np.float32(np.float32(0.225) * 16)
    return bent + curve


@compiled
def shaded(pixel: Any, level: Any) -> Any:
    """Multiply a pixel by a level."""
    return product(pixel, step_of(level))


@compiled
def step_of(level: Any) -> Any:
    """Return a level from 0 to 1 in steps of 1/255."""
    level = min(max(level, np.float32(0)), np.float32(1))
    return np.uint16(np.int32(level * np.float32(255) + np.float32(0.5)))


@compiled
def product(pixel: Any, step: Any) -> Any:
    """Multiply a pixel by a level in steps of 1/255."""
    total = np.uint16(np.uint16(np.uint16(pixel) * step) + np.uint16(128))
    return np.uint8(np.uint16(total + (total >> np.uint16(8))) >> np.uint16(8))


@compiled
def centred(index: Any, size: Any) -> Any:
    """Return how far a pixel is from the middle of its row or column, as `Block.grid` does."""
    return np.float32(np.int32(index)) - np.float32((size - 1) / 2)


class Lattice:
    """Where the nodes of clouds lie beside each row and each column."""

    def __init__(self, shape: tuple[int, int], cell: float) -> None:
        (self.top, self.down), (left, self.across) = (steps(size, cell) for size in shape)
        self.left = left.astype(UNIT)

    @property
    def arrays(self) -> tuple[Ints, Field, NDArray[np.uintp], Field]:
        """Node above each row, distance to it, node left of each column, distance to it."""
        return self.top, self.down, self.left, self.across

    @property
    def scratch(self) -> tuple[Field, Field]:
        """Memory for `cloud_lines`."""
        rows, nodes = int(self.top[-1]) + 2, int(self.left[-1]) + 2
        lines = np.zeros((rows, padded(len(self.left))), np.float32)
        return np.empty(padded(rows * nodes), np.float32), lines


@compiled
def cloud_lines(key: Keys, width: Any, lattice: Any, scratch: Any) -> None:
    """Fill the scratch with the rows of clouds that have nodes."""
    left, across = lattice[2], lattice[3]
    values, lines = scratch
    nodes = int(left[width - 1]) + 2
    for node in range(padded(len(lines) * nodes)):
        word = hashed(np.uint32(node), key[0], key[1])
        values[node] = np.float32(word) * np.float32(2.0**-31) - np.float32(1)
    for row in range(len(lines)):
        line, own = lines[row], values[row * nodes :]
        after = own[1:]
        for x in range(width):
            near = own[left[x]]
            line[x] = near + (after[left[x]] - near) * across[x]
