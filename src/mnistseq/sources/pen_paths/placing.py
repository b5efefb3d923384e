"""Scale and place glyphs in the cell, which is 28 x 28 units, like MNIST's pixels.

Digits are 20 units high and centred in the cell. Other glyphs keep their size and height above the
line relative to digits by the same writer, so that a point remains a point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import Literal, TypeAlias

from mnistseq.core.array_types import Floats
from mnistseq.core.distance_fields import UNITS
from mnistseq.sources.pen_paths.drawing import Drawing

DIGITS = frozenset("0123456789")

Sizes: TypeAlias = Literal["equal", "natural"]
SIZES_HELP = "equal: every digit is as high as in MNIST; natural: as high as the writer made it"

_HEIGHT = 20.0
"""Height of a digit in units."""

_MIDDLE = UNITS / 2
_LINE = _MIDDLE + _HEIGHT / 2
"""y of the baseline of digits in units."""

_BORDER = 1.0
"""Width of the empty border of the cell in units."""

_MOST = UNITS - 2 * _BORDER
"""Maximum length of a glyph's longer side in units."""

_ON_ONE_LINE = 0.7
"""Maximum spread of the lower ends of digits on one line, as a share of their height."""

_FEWEST_DIGITS = 3
_TINY = 1e-9

_OTHER_SCALE = 4
"""Glyphs longer than this many digits were recorded at a different scale from the digits."""


@dataclass(frozen=True)
class Measure:
    """Size and baseline of a writer's digits.

    Attributes
    ----------
    height : float
        Height of the median digit, in the coordinates of the tablet.
    line : float or None
        y of the baseline of the writer's glyphs; None if they are not on one line.
    """

    height: float
    line: float | None

    def suits(self, drawing: Drawing) -> bool:
        """Return whether a glyph has the scale of the digits."""
        return drawing.extent <= _OTHER_SCALE * self.height


def measures(drawings: Iterable[Drawing], counted: frozenset[str] = DIGITS) -> dict[str, Measure]:
    """Measure all writers with at least three digits.

    Parameters
    ----------
    counted : frozenset of str
        Labels that count as digits.
    """
    boxes: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for drawing in drawings:
        if drawing.label in counted and drawing.height > 0:
            boxes[drawing.writer].append((drawing.height, drawing.box[3]))
    return {
        writer: _measure_of([height for height, _ in found], [foot for _, foot in found])
        for writer, found in boxes.items()
        if len(found) >= _FEWEST_DIGITS
    }


def _measure_of(heights: Sequence[float], feet: Sequence[float]) -> Measure:
    height = median(heights)
    tenths = quantiles(feet, n=10, method="inclusive")
    # If all lower ends are exactly equal, they were aligned after the recording.
    one_line = 0 < tenths[-1] - tenths[0] <= _ON_ONE_LINE * height
    return Measure(height, median(feet) if one_line else None)


@dataclass(frozen=True)
class CellPlacer:
    """Scales drawings and places them in the cell.

    Attributes
    ----------
    measures : mapping
        Writer → `Measure`.
    equal : frozenset of str
        Labels whose glyphs are all as high as a digit.
    extents : mapping
        Label → usual length of a glyph's longer side in units, for writers without a measure.
    feet : mapping
        Label → usual y of a glyph's lower end in units, for writers without a baseline.
    """

    measures: Mapping[str, Measure]
    equal: frozenset[str]
    extents: Mapping[str, float]
    feet: Mapping[str, float]

    @classmethod
    def of(
        cls, drawings: Sequence[Drawing], measures: Mapping[str, Measure], equal: frozenset[str]
    ) -> CellPlacer:
        """Measure the usual sizes and positions of each label."""
        placer = cls(measures, equal, {}, {})
        return replace(
            placer, extents=_usual(drawings, placer.extent), feet=_usual(drawings, placer.foot)
        )

    def place(self, drawing: Drawing) -> list[Floats]:
        """Return the strokes of a glyph in units, from the upper left corner of the cell."""
        x0, y0, x1, y1 = drawing.box
        scale = min(self._scale(drawing), _MOST / max(drawing.extent, _TINY))
        height = (y1 - y0) * scale
        left = _MIDDLE - (x1 - x0) * scale / 2
        top = self._foot(drawing, height) - height
        top = min(max(top, _BORDER), UNITS - _BORDER - height)
        return [(stroke - (x0, y0)) * scale + (left, top) for stroke in drawing.strokes]

    def extent(self, drawing: Drawing) -> float | None:
        """Return the longer side of a glyph in units; None if its writer has no measure."""
        measure = self._measure_of(drawing)
        return None if measure is None else drawing.extent * _HEIGHT / measure.height

    def foot(self, drawing: Drawing) -> float | None:
        """Return the y of a glyph's lower end in units; None if its writer has no baseline."""
        measure = self._measure_of(drawing)
        if measure is None or measure.line is None:
            return None
        return _LINE + (drawing.box[3] - measure.line) * _HEIGHT / measure.height

    def _measure_of(self, drawing: Drawing) -> Measure | None:
        measure = self.measures.get(drawing.writer)
        return measure if measure is not None and measure.suits(drawing) else None

    def _scale(self, drawing: Drawing) -> float:
        """Return the scale from tablet coordinates to units."""
        if drawing.label in self.equal:
            return _HEIGHT / max(drawing.height, _TINY)
        extent = self.extent(drawing)
        if extent is None:
            extent = self.extents.get(drawing.label, _HEIGHT)
        return extent / max(drawing.extent, _TINY)

    def _foot(self, drawing: Drawing, height: float) -> float:
        """Return the y of the lower end of a glyph that is `height` units high."""
        if drawing.label in self.equal:
            return _MIDDLE + height / 2
        if drawing.label in DIGITS:
            return _LINE
        foot = self.foot(drawing)
        if foot is None:
            foot = self.feet.get(drawing.label)
        return _MIDDLE + height / 2 if foot is None else foot


def _usual(
    drawings: Iterable[Drawing], length: Callable[[Drawing], float | None]
) -> dict[str, float]:
    """Return the median length for each label, ignoring drawings for which it is None."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for drawing in drawings:
        value = length(drawing)
        if value is not None:
            values[drawing.label].append(value)
    return {label: median(found) for label, found in values.items()}
