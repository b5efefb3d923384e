"""Elastic distortion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels, Words
from mnistseq.core.bilinear import ONE, Coordinates
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.imaging.ink_floor import keep_ink
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.pixel_noise import expand
from mnistseq.imaging.warp import warp_by

Field32 = NDArray[np.float32]


@dataclass(frozen=True)
class Elastic(Checked, GlyphTransform):
    """Stretch and squeeze each glyph smoothly, like unsteady handwriting.

    Random displacements on a coarse grid are interpolated by cubic B-splines.
    They fade towards the edges, so no ink leaves its picture.

    Source: Simard, Steinkraus and Platt, "Best practices for convolutional
    neural networks applied to visual document analysis" (ICDAR 2003), with
    splines in place of their Gaussian.
    """

    name: ClassVar[str] = "elastic"

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    amplitude: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.12,
        metadata={"help": "largest displacement as a fraction of the height; at most half a cell"},
    )
    cells: Annotated[int, Ge(1), Le(16)] = field(
        default=4,
        metadata={"help": "cells of the grid over the height; more cells make smaller waves"},
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Distort each glyph by a displacement field of its own."""
        height, width = glyphs.shape[1:3]
        amplitude = min(self.amplitude, 0.5 / self.cells) * self.strength * height
        if not amplitude:
            return glyphs
        cells = self.cells, max(1, round(self.cells * width / height))
        seeds = stream.of("grid").words(1)[:, 0]
        x, y = (
            _axis(size, count, amplitude) for size, count in ((width, cells[1]), (height, cells[0]))
        )
        grids = _controls(seeds, cells) * np.float32(amplitude * ONE)

        def positions(part: slice, lines: slice, columns: slice) -> tuple[Coordinates, Coordinates]:
            grid, first = grids[part], (x.first[columns], y.first[lines])
            across = _spread(grid[:, 0], x.faded[:, columns], y.weights[:, lines], first)
            down = _spread(grid[:, 1], x.weights[:, columns], y.faded[:, lines], first)
            across += np.arange(width, dtype=np.float32)[columns] * ONE
            down += (np.arange(height, dtype=np.float32)[lines] * ONE)[:, None]
            return across.astype(np.int32), down.astype(np.int32)

        return keep_ink(glyphs, warp_by(glyphs, positions), 0.5)


@dataclass(frozen=True)
class _Axis:
    """Weights of the control points at each pixel of an axis: arrays (4, size) and (size,)."""

    first: Ints
    weights: Field32
    faded: Field32


def _axis(size: int, cells: int, amplitude: float) -> _Axis:
    # 0 and 1 are the pixel centres just outside the picture.
    position = np.arange(1, size + 1) / (size + 1)
    first = np.floor(position * cells).astype(np.int64)
    t = position * cells - first
    weights = (
        np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * (1 + t - t * t) * t + 1, t**3]) / 6
    )
    edge = np.minimum(position, 1 - position) * (size + 1)
    fade = np.minimum(1.0, edge / min(2.5 * amplitude, (size + 1) / 2))
    return _Axis(first, weights.astype(np.float32), (weights * fade).astype(np.float32))


def _controls(seeds: Words, cells: tuple[int, int]) -> Field32:
    """Return random displacements in [-1, 1): float32, shape (N, 2, rows, columns)."""
    shape = 2, cells[0] + 3, cells[1] + 3
    count = int(np.prod(shape))
    words = expand(seeds, -(-count // 4)).astype("<u8", copy=False)
    bits = words.view("<u2")[:, :count].reshape(len(seeds), *shape)
    return bits.astype(np.float32) * np.float32(2.0**-15) - np.float32(1)


def _spread(grid: Field32, across: Field32, down: Field32, first: tuple[Ints, Ints]) -> Field32:
    """Interpolate control points (N, rows, columns) to pixels (N, height, width)."""
    lines = _sum(grid, first[0], 2, across)
    return _sum(lines, first[1], 1, down[:, :, None])


def _sum(values: Field32, first: Ints, axis: int, weights: Field32) -> Field32:
    """Return the weighted sum of the four control points around each pixel of an axis."""
    total = values.take(first, axis=axis)
    total *= weights[0]
    for tap in (1, 2, 3):
        part = values.take(first + tap, axis=axis)
        part *= weights[tap]
        total += part
    return total
