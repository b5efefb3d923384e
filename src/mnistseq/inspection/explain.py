"""A config and what becomes of it, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mnistseq.config.keys import config_keys
from mnistseq.config.layers import Effective
from mnistseq.inspection.feasibility import Feasibility

_BAR = 40


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
    yield f"{found.glyphs} glyphs, {together} px together; {found.gaps} gaps"
    yield f"widths that gaps of the range fill: {found.widths[0]} to {found.widths[1]} px"
    asked = "no width asked for" if found.width is None else f"width {found.width}"
    yield f"can be drawn, {asked}: {found.possible}"
    if found.problem:
        yield f"why not: {found.problem}"
    if found.gaps and found.fit_probability is not None:
        yield f"free gaps fit with probability {found.fit_probability:.6g}"
    if found.mean_gap is not None:
        yield f"mean gap {found.mean_gap:.6g} px"
        yield from _chart(found.distribution)


def _chart(chances: dict[int, float]) -> Iterator[str]:
    highest = max(chances.values())
    for gap, chance in chances.items():
        yield f"{gap:>6} px  {chance:.6f}  {'█' * round(_BAR * chance / highest)}".rstrip()
