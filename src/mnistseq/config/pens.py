"""PenConfig: the pen of a config, and the short forms in which it can be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from typing import Annotated, Any

from mnistseq.config.constraints import Described, Positive, Range
from mnistseq.config.plain_values import shown
from mnistseq.config.sections import key
from mnistseq.core.limits import MAX_PEN_WIDTH
from mnistseq.errors import ConfigError, ConfigFault

KEY = "image.pen"

WIDTHS = r"^\s*(\d*\.?\d+)(?:\s*-\s*(\d*\.?\d+))?\s*$"
"""A stroke width, or a range of widths, as a string."""

Width = Annotated[float, Positive(MAX_PEN_WIDTH)]


@dataclass(frozen=True, kw_only=True)
class PenConfig:
    """The pen: for each image, its properties are chosen from these ranges."""

    width: Annotated[
        tuple[Width, Width],
        Described(f"a width above 0, up to {MAX_PEN_WIDTH}, or the least and the greatest"),
    ] = key("least and greatest width of a stroke, as a share of the cell's height", MISSING)
    variation: Annotated[float, Range(0, 1)] = key(
        "how much the width changes along a stroke, at most: from 0, not at all, to 1, between "
        "nothing and twice the width",
        0.0,
    )
    spread: Annotated[float, Range(0, 1)] = key(
        "how soft the edge of a stroke is, at most: from 0, hard, to 1, as wide as the stroke", 0.0
    )


def pen_table(value: str | float | Mapping[str, Any]) -> dict[str, Any]:
    """Return a pen as a table, with the width as a list if possible; not validated further.

    Parameters
    ----------
    value : str, number or mapping
        A width such as 0.05, a range such as ``0.03-0.08``, or a table whose width may be
        either of these.

    Raises
    ------
    ConfigError
        If a string or a number is not a width.
    """
    table: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {"width": value}
    if isinstance(table.get("width"), str | int | float):
        table["width"] = _range(
            table["width"], f"{KEY}.width" if isinstance(value, Mapping) else KEY
        )
    return table


def _range(value: str | float, path: str) -> list[float]:
    """Return the ends of a width or a range of widths."""
    ends: list[float] = []
    if isinstance(value, float | int) and not isinstance(value, bool):
        ends = [value, value]
    elif found := re.match(WIDTHS, str(value)):
        ends = [float(found[1]), float(found[2] or found[1])]
    if not ends or not all(0 < end <= MAX_PEN_WIDTH for end in ends):
        expected = (
            f"{'none, ' if path == KEY else ''}a width above 0, up to {MAX_PEN_WIDTH}, or a range "
            "of widths such as 0.03-0.08, as a share of the cell's height"
        )
        raise ConfigError(ConfigFault(path, f"{shown(value)} is not allowed; give {expected}"))
    return ends
