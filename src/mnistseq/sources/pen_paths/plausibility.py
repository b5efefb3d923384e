"""Detect glyphs that cannot match their label, because the label or the recording is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import NamedTuple

from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.placing import Measure


class _Shape(NamedTuple):
    """Bounds for plausible glyphs of some labels.

    `narrowest` and `widest` are bounds of width / height; `shortest` and `longest` of the longer
    side, relative to the height of the writer's digits; `path` is the minimum length of the path
    relative to the longer side, which is 1 for a straight line.
    """

    labels: str
    narrowest: float
    widest: float
    shortest: float
    longest: float
    path: float = 0


_SHAPES = (
    _Shape(".", 0, inf, 0, 0.6),
    _Shape(",'`", 0, 2, 0, 1.5),
    _Shape('"', 0, 4, 0.1, 1.5),
    _Shape("-_~", 1.1, inf, 0.15, 3),
    _Shape("=", 0.5, 8, 0.15, 3),
    _Shape(":;", 0, 1.2, 0.25, 3),
    _Shape("1", 0, 1.4, 0.3, 3),
    _Shape("|/\\()[]{}!?", 0, 1.9, 0.55, 4),
    _Shape("Iijlft", 0, 1.9, 0.3, 4),
    _Shape("^+<>", 0.3, 3, 0.15, 3, 1.2),
    _Shape("*", 0.3, 3, 0.15, 3, 1.8),
    _Shape("08#@", 0.2, 2.5, 0.3, 4, 1.8),
    _Shape("$%&", 0.2, 2.5, 0.3, 4, 1.5),
)
_OTHERS = _Shape("", 0.2, 2.5, 0.3, 4, 1.2)
_SHAPE_OF = {label: shape for shape in _SHAPES for label in shape.labels}


def split_plausible(
    drawings: Iterable[Drawing], measures: Mapping[str, Measure]
) -> tuple[list[Drawing], list[str]]:
    """Return the plausible glyphs, and descriptions of the others: label, reason and origin.

    Parameters
    ----------
    measures : mapping
        Measures of writers; glyphs by other writers are judged only by their proportions.
    """
    plausible, others = [], []
    for drawing in drawings:
        fault = _fault(drawing, measures.get(drawing.writer))
        if fault is None:
            plausible.append(drawing)
        else:
            others.append(f"{drawing.origin}: {drawing.label} is {fault}")
    return plausible, others


def _fault(drawing: Drawing, measure: Measure | None) -> str | None:
    shape = _SHAPE_OF.get(drawing.label, _OTHERS)
    width, height, extent = drawing.width, drawing.height, drawing.extent
    faults = {
        "a mere dot": extent == 0 < shape.shortest,
        "too narrow": width < shape.narrowest * height,
        "too wide": width > shape.widest * height and extent > 0,
        "too straight": drawing.length < shape.path * extent,
    }
    if measure is not None and measure.suits(drawing):
        size = extent / measure.height
        faults = {"too small": size < shape.shortest, "too large": size > shape.longest} | faults
    return next((fault for fault, found in faults.items() if found), None)
