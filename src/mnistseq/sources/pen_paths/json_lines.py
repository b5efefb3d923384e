"""Read drawings from JSON Lines, including those of Quick, Draw!."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from mnistseq.core.array_types import Floats
from mnistseq.errors import SourceError
from mnistseq.sources.array_files.files import reading
from mnistseq.sources.banks.labels import check_labels, normal
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.smoothing import smooth

_LONGEST_LINE = 1 << 20
"""Maximum length of a line in bytes."""

_FARTHEST = 1e9
"""Largest coordinate allowed."""


def read_json_lines(path: Path, *, upwards: bool) -> Iterator[Drawing]:
    """Yield a drawing for each line that is not blank; a SourceError gives the number of another.

    A line is ``{"label": "7", "writer": "ann", "strokes": [[[x, y], …], …]}``, where the
    writer is optional, or ``{"word": "cat", "drawing": [[[x, …], [y, …]], …]}``. y points downwards
    unless it is `upwards`.
    """
    number = 0
    with reading(path), open(path, "rb") as file:
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            where = f"{path}: line {number}"
            if number == 1:
                line = line.removeprefix(BOM_UTF8)  # which some editors write
            if len(line) > _LONGEST_LINE:
                raise SourceError(f"{where}: is longer than {_LONGEST_LINE >> 20} MiB")
            if line.strip():
                yield _drawing(line, where, upwards=upwards)


def _drawing(line: bytes, where: str, *, upwards: bool) -> Drawing:
    try:
        value = orjson.loads(line.decode())
    except UnicodeDecodeError:
        raise SourceError(f"{where}: is not UTF-8 text; save the file as UTF-8") from None
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{where}: is not JSON: {error}; each line must be one object") from None
    if not isinstance(value, dict):
        raise SourceError(f"{where}: is not an object with label and strokes")
    in_columns = "drawing" in value and "strokes" not in value
    label = value.get("label", value.get("word") if in_columns else None)
    if not isinstance(label, str):
        raise SourceError(f"{where}: label is {_shown(label)}; it must be a string")
    label = normal(label)
    check_labels([label], where, "give another label")
    strokes = _strokes(value.get("drawing" if in_columns else "strokes"), where, in_columns)
    flip = (1.0, -1.0) if upwards else (1.0, 1.0)
    return Drawing(label, _writer(value, where), smooth([item * flip for item in strokes]), where)


def _writer(value: dict[str, Any], where: str) -> str:
    writer = value.get("writer")
    if writer is None:
        return ""
    if isinstance(writer, bool) or not isinstance(writer, str | int):
        raise SourceError(f"{where}: writer is {_shown(writer)}; it must be a string or an integer")
    return str(writer)


def _strokes(value: object, where: str, in_columns: bool) -> list[Floats]:
    """Parse strokes, each a list of points, or a list of x and a list of y."""
    form = "[[x, …], [y, …]]" if in_columns else "[[x, y], …]"
    key = "drawing" if in_columns else "strokes"
    if not isinstance(value, list) or not value:
        raise SourceError(f"{where}: {key} is {_shown(value)}; it must be a list of strokes {form}")
    strokes = []
    for number, item in enumerate(value, 1):
        try:
            points = np.array(item[:2] if in_columns else item)
        except (TypeError, ValueError):
            points = np.empty(0)
        points = points.T if in_columns else points
        numbers = points.dtype.kind in "iuf"
        if not numbers or points.ndim != 2 or points.shape[1] < 2 or not len(points):
            raise SourceError(f"{where}: stroke {number} is {_shown(item)}; it must be {form}")
        points = points[:, :2].astype(np.float64)
        if not (np.abs(points) <= _FARTHEST).all():
            raise SourceError(
                f"{where}: stroke {number} has a coordinate that is not from -1e9 to 1e9"
            )
        strokes.append(points)
    return strokes


def _shown(value: object) -> str:
    text = "missing" if value is None else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
