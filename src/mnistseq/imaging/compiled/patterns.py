"""Patterns of `mnistseq.imaging.patterns`, a pixel or a row at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.compiled.compiler import compiled
from mnistseq.imaging.patterns import Field, Keys, steps


@compiled
def hashed(index: Any, first: Any, second: Any) -> Any:
    """Return a random word."""
    word = np.uint32(np.uint32(index) * np.uint32(0x9E3779B9) + first)
    word = np.uint32(word ^ (word >> np.uint32(16)))
    word = np.uint32(word * np.uint32(0x85EBCA6B))
    word = np.uint32(word ^ second)
    word = np.uint32(word ^ (word >> np.uint32(13)))
    word = np.uint32(word * np.uint32(0xC2B2AE35))
    return np.uint32(word ^ (word >> np.uint32(16)))


@compiled
def grain(index: Any, first: Any, second: Any) -> Any:
    """Return nearly normal noise."""
    word = hashed(index, first, second)
    pairs = np.uint32(
        (word & np.uint32(0x00FF00FF)) + (np.uint32(word >> np.uint32(8)) & np.uint32(0x00FF00FF))
    )
    total = np.int32(np.uint32(pairs & np.uint32(0xFFFF)) + np.uint32(pairs >> np.uint32(16)))
    return np.float32(total) - np.float32(510)


@compiled
def wave(turns: Any) -> Any:
    """Return the sine of an angle in turns."""
    angle = turns - np.floor(turns)
    angle = angle * np.float32(2) - np.float32(1)
    curve = (np.abs(angle) - np.float32(1)) * angle * np.float32(4)
    bent = (np.abs(curve) - np.float32(1)) * curve * np.float32(0.225)
    return bent + curve


@compiled
def shaded(pixel: Any, level: Any) -> Any:
    """Multiply a pixel by a level."""
    level = min(max(level, np.float32(0)), np.float32(1))
    whole = np.int32(level * np.float32(255) + np.float32(0.5))
    product = np.int32(np.int32(pixel) * whole + np.int32(128))
    return np.uint8(np.int32(product + (product >> np.int32(8))) >> np.int32(8))


@compiled
def centred(index: Any, size: Any) -> Any:
    """Return how far a pixel is from the middle of its row or column, as `Block.grid` does."""
    return np.float32(np.int32(index)) - np.float32((size - 1) / 2)


class Lattice:
    """Where the nodes of clouds lie beside each row and each column."""

    def __init__(self, shape: tuple[int, int], cell: float) -> None:
        (self.top, self.down), (self.left, self.across) = (steps(size, cell) for size in shape)

    @property
    def arrays(self) -> tuple[Ints, Field, Ints, Field]:
        """Node above each row, distance to it, node left of each column, distance to it."""
        return self.top, self.down, self.left, self.across

    @property
    def scratch(self) -> tuple[Field, Field]:
        """Memory for `cloud_lines`."""
        rows = int(self.top[-1]) + 2
        width = len(self.left)
        return np.empty(int(self.left[-1]) + 2, np.float32), np.empty((rows, width), np.float32)


@compiled
def cloud_lines(key: Keys, width: Any, lattice: Any, scratch: Any) -> None:
    """Fill the scratch with the rows of clouds that have nodes."""
    left, across = lattice[2], lattice[3]
    values, lines = scratch
    nodes = left[width - 1] + 2
    for row in range(len(lines)):
        for node in range(nodes):
            word = hashed(row * nodes + node, key[0], key[1])
            values[node] = np.float32(word) * np.float32(2.0**-31) - np.float32(1)
        for x in range(width):
            near = values[left[x]]
            lines[row, x] = near + (values[left[x] + 1] - near) * across[x]
