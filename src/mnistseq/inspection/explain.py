"""A config and what becomes of it, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mnistseq.config.keys import config_keys
from mnistseq.config.layers import Effective
from mnistseq.inspection.feasibility import Feasibility

_BAR = 40
_LINES = 64


def describe_config(effective: Effective) -> dict[str, Any]:
    """Every key with its value and where that came from, ready for JSON."""
    return {
        key.path: {"value": effective.value(key.path), "from": effective.origins[key.path]}
        for key in config_keys()
    }


def config_lines(effective: Effective) -> Iterator[str]:
    """One line a key: its path, its value as in a file, and where it came from."""
    rows = describe_config(effective)
    values = {path: json.dumps(row["value"], ensure_ascii=False) for path, row in rows.items()}
    left, middle = max(map(len, rows)), max(map(len, values.values()))
    for path, row in rows.items():
        yield f"{path:<{left}}  {values[path]:<{middle}}  {row['from']}"


def feasibility_lines(found: Feasibility) -> Iterator[str]:
    """What becomes of the gaps, for people."""
    low, high = found.content
    together = f"{low}" if low == high else f"{low} to {high}"
    glyphs, gaps = _number(found.glyphs, "glyph"), _number(found.gaps, "gap")
    yield f"{glyphs}, {together} px together; {gaps}"
    yield f"widths that gaps of the range fill: {found.widths[0]} to {found.widths[1]} px"
    asked = "no width asked for" if found.width is None else f"width {found.width}"
    yield f"can be drawn, {asked}: {found.possible}"
    if found.problem:
        yield f"why not: {found.problem}"
    told = found.width is not None and found.gaps and found.fit_probability is not None
    if low != high and (told or found.distribution):
        yield f"with glyphs of average width, {found.average} px together:"
    if told:
        yield f"free gaps fit with probability {found.fit_probability:.6g}"
    if found.mean_gap is not None:
        yield f"mean gap {found.mean_gap:.6g} px"
        yield from _chart(found.distribution)


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _chart(chances: dict[int, float]) -> Iterator[str]:
    """A line for each gap; where that makes too many, for each few of them."""
    gaps = list(chances)
    each = -(-len(gaps) // _LINES)
    groups = [gaps[first : first + each] for first in range(0, len(gaps), each)]
    sums = [sum(chances[gap] for gap in group) for group in groups]
    names = [str(group[0]) if each == 1 else f"{group[0]} to {group[-1]}" for group in groups]
    width = max(6, *map(len, names))
    for name, chance in zip(names, sums, strict=True):
        yield f"{name:>{width}} px  {chance:.6f}  {'█' * round(_BAR * chance / max(sums))}".rstrip()
