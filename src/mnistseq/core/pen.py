"""Pen: draws glyphs from distance fields of their paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.bilinear import in_fixed_point
from mnistseq.core.distance_fields import (
    FAR,
    FIELD_HEIGHT,
    FINE,
    STEPS,
    UNITS,
    fields_map,
    nearest_in_columns,
)
from mnistseq.core.limits import MAX_PEN_WIDTH
from mnistseq.core.motion import Motion, area_of
from mnistseq.core.moved_paths import drawn, farthest_ink, moved, row_ends
from mnistseq.core.randomness import GlyphStream
from mnistseq.errors import ArgumentError

_CONTROLS = 5
"""Rows and columns of each glyph's grid of pressures."""

_LIMIT = FAR * FINE - 1
"""Greatest distance that can have ink; fields contain none farther."""


class _Nibs(NamedTuple):
    """The actual pens of some glyphs, in units of a step / `FINE`: int64, shape (N,) each.

    Attributes
    ----------
    least : ndarray
        Distance at which the ink ends, at the lowest pressure.
    pressure : ndarray
        Increase of that distance for each of 255 steps of pressure.
    edge : ndarray
        Distance over which the ink fades from full to none.
    """

    least: Ints
    pressure: Ints
    edge: Ints

    def steps(self) -> Ints:
        """Return what ink is computed with: int64, shape (N, 5).

        The least reach, the gain for pressure, and for the edge: by how many bits its width has to
        shrink to fit in 8, the shrunk width, and the ink for each step of it.
        """
        shift = _shift(self.edge)
        full = self.edge >> shift
        # Rounded up: 1 of `full` is visible, all of it is 255, and no product exceeds 16 bits.
        gain = -(-255 * 256 // full)
        return np.stack([self.least, self.pressure, shift, full, gain], axis=1)


@dataclass(frozen=True)
class Pen:
    """A kind of pen; the actual pen of each image is drawn at random.

    Parameters
    ----------
    width : tuple of float
        Smallest and greatest width of a stroke, as a share of the cell's height, up to
        `limits.MAX_PEN_WIDTH`. The width is uniform over this range.
    variation : float
        How much the width may change along a stroke: 0 is not at all, 1 is between nothing
        and twice the width.
    spread : float
        How soft the edge of a stroke may be: 0 is hard, 1 is as wide as the stroke.

    Raises
    ------
    ArgumentError
        If a value is outside its range.
    """

    width: tuple[float, float]
    variation: float = 0.0
    spread: float = 0.0

    def __post_init__(self) -> None:
        low, high = self.width
        if not 0 < low <= high <= MAX_PEN_WIDTH:
            raise ArgumentError(
                f"a pen cannot have the widths {low} and {high}: give the least and the greatest, "
                f"above 0 and up to {MAX_PEN_WIDTH}"
            )
        for name in ("variation", "spread"):
            if not 0 <= getattr(self, name) <= 1:
                raise ArgumentError(
                    f"the {name} of a pen is from 0 to 1, not {getattr(self, name)}"
                )

    def check(self, height: int) -> None:
        """Raise ArgumentError if strokes would break or vanish in glyphs of a height in pixels."""
        # A path is known to half a row of its field, and a stroke is a pixel wider than its pen.
        least = 1 / FIELD_HEIGHT - 1 / height
        if self.width[0] < least:
            raise ArgumentError(
                f"a pen of the width {self.width[0]} is too thin for glyphs {height} px high, whose "
                f"paths are known to 1/{FIELD_HEIGHT} of the height: give a width of "
                f"{ceil(1000 * least) / 1000} or more, or a smaller height"
            )

    def draw(
        self,
        fields: Pixels,
        height: int,
        width: int,
        stream: GlyphStream,
        motions: Sequence[Motion] = (),
        room: Ints | None = None,
    ) -> tuple[Pixels, Ints]:
        """Draw glyphs.

        Moved paths are drawn by the same pen: it keeps its width, except that a slant or a
        motion that narrows shapes the nib as it shapes the path, and that a glyph is shrunk
        with its ink if it would not fit. Pressures lie over the picture and do not move.

        Parameters
        ----------
        fields : ndarray of uint8, shape (N, FIELD_HEIGHT, W)
            Distances to the paths.
        height, width : int
            Size to draw at, in pixels.
        stream : GlyphStream
            The glyphs' random words.
        motions : sequence of Motion
            How the paths move before they are drawn, one after the other, as far as there is
            room.
        room : ndarray of int64, shape (N,), optional
            Columns that the ink of a moved glyph may fill, by default all.

        Returns
        -------
        ink : ndarray of uint8, shape (N, height, width)
            Ink on a background of 0.
        boxes : ndarray of int64, shape (N, 4)
            See `glyph_bank.ink_boxes`.
        """
        chances, scale = stream.samples.uniform(3)[stream.owner], np.ones(len(fields))
        scaled, ends = fields_map(fields.shape[1:], (height, width)), None
        maps = np.broadcast_to(scaled, (len(fields), 2, 3))
        stays = np.ones(len(fields), np.bool_)
        if motions:
            for motion in motions:
                scale *= np.sqrt(np.abs(area_of(motion.linear)))
            # The ends are those for this pen, or for one that is bolder.
            boldest = self._nibs(chances, height, np.minimum(scale, 1)).steps()
            ends = row_ends(fields, farthest_ink(boldest))
            frame = np.full((len(fields), 2), (width, height))
            frame[:, 0] = width if room is None else room
            back, stays = moved(motions, ends, scaled, frame)
            scale[stays] = 1
            maps = back * scaled.diagonal()[:, None]
            maps[:, :, 2] += scaled[:, 2]
        nibs = self._nibs(chances, height, scale).steps()
        if self.variation:
            pressures = _pressures(stream)
        else:
            pressures = np.zeros((len(fields), 2, 2), np.uint8)
        ink, boxes = drawn(fields, ends, in_fixed_point(maps), pressures, nibs, (height, width))
        lost = np.flatnonzero((boxes[:, 2] == 0) & ~stays)
        if len(lost):  # too small to reach the centre of a pixel: these do not move
            words = GlyphStream(stream.samples, stream.owner[lost], stream.position[lost])
            ink[lost], boxes[lost] = self.draw(fields[lost], height, width, words)
        return ink, boxes

    def inked_columns(self, fields: Pixels, height: int, width: int) -> tuple[Flags, Flags]:
        """Return which columns have ink, drawn with any pen of this kind.

        Returns
        -------
        certain, possible : ndarray of bool, shape (N, width)
            Columns that have ink with every pen, and with at least one pen.
        """
        low, high = nearest_in_columns(fields, height, width)
        boldest = self._nibs(np.ones((1, 3)), height)
        # With variation, rounding may change the reach slightly.
        rounding = 1 if self.variation else 0
        finest = int(_radius(np.array(self.width))[0] * (1 - self.variation)) - rounding
        least = min(finest + _pixel(height) // 2, int(boldest.least[0]))
        most = int((boldest.least + 255 * boldest.pressure)[0]) + 256 * rounding
        return high <= least - int(_first_ink(boldest.edge)[0]), low < min(most, _LIMIT)

    def _nibs(self, chances: Floats, height: int, scale: Floats | float = 1.0) -> _Nibs:
        """Return the pens chosen by three random numbers each, for paths drawn at a scale."""
        low, high = self.width
        radius = np.minimum(_radius(low + (high - low) * chances[:, 0]) / scale, _LIMIT // 2)
        pressure = (radius * self.variation * chances[:, 1] * 2).astype(np.int64) // 255
        soft = (radius * self.spread * chances[:, 2] * 2).astype(np.int64)
        edge = np.maximum(np.maximum(soft, 1), np.floor(_pixel(height) / scale).astype(np.int64))
        least = radius.astype(np.int64) - 255 * pressure // 2 + edge // 2
        return _Nibs(np.minimum(least, _LIMIT - 255 * pressure), pressure, edge)


def _radius(width: Floats) -> Floats:
    """Return half the width of a stroke, rounded, in units of a step / `FINE`."""
    return np.rint(width * (UNITS * STEPS * FINE / 2))


def _pixel(height: int) -> int:
    """Return the size of a pixel in units of a step / `FINE`."""
    return max(1, UNITS * STEPS * FINE // height)


def _pressures(stream: GlyphStream) -> Pixels:
    """Return a grid of random pressures for each glyph: uint8, shape (N, 5, 5)."""
    words = np.ascontiguousarray(stream.words(-(-_CONTROLS * _CONTROLS // 8)).astype("<u8"))
    values = words.view(np.uint8)[:, : _CONTROLS * _CONTROLS]
    return values.reshape(-1, _CONTROLS, _CONTROLS)


def _shift(edge: Ints) -> Ints:
    """Return the right shift that makes the width of an edge fit in 8 bits."""
    shift: Ints = np.searchsorted(256 << np.arange(24), edge, side="right")
    return shift


def _first_ink(edge: Ints) -> Ints:
    """Return how far inside its reach a pen with this edge first has ink."""
    first: Ints = 1 << _shift(edge)
    return first
