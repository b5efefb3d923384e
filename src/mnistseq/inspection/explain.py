"""Describes an effective config, and whether a line fits it, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mnistseq.config.keys import config_keys
from mnistseq.config.layers import Effective
from mnistseq.config.sections import SINGLE_SOURCE
from mnistseq.inspection.feasibility import Feasibility
from mnistseq.messages import plural

_BAR_LENGTH = 40
"""Characters of the longest bar of a chart."""

_CHART_LINES = 64


def describe_config(effective: Effective) -> dict[str, Any]:
    """Return every key with its value and where that came from, ready for JSON.

    Keys of a single source are left out if there are several.
    """
    several = bool(effective.config.source.mix)
    replaced = {f"source.{name}" for name in SINGLE_SOURCE} if several else set()
    return {
        key.path: {
            "value": effective.value(key.path),
            "from": effective.origin(key.path).kind,
        }
        for key in config_keys()
        if key.path not in replaced
    }


def config_lines(effective: Effective) -> Iterator[str]:
    """Yield a line for each key: its path, its value as in a file, and where that came from."""
    rows = describe_config(effective)
    values = {path: json.dumps(row["value"], ensure_ascii=False) for path, row in rows.items()}
    path_width, value_width = max(map(len, rows)), max(map(len, values.values()))
    for path, row in rows.items():
        yield f"{path:<{path_width}}  {values[path]:<{value_width}}  {row['from']}"


def feasibility_lines(found: Feasibility) -> Iterator[str]:
    """Yield lines that say whether a sequence can be drawn and how wide its gaps are."""
    low, high = found.content
    content = f"{low}" if low == high else f"{low} to {high}"
    glyphs, gaps = plural(found.glyphs, "glyph"), plural(found.gaps, "gap")
    yield f"{glyphs}, {content} px together; {gaps}"
    yield f"widths that gaps in the range can fill: {found.widths[0]} to {found.widths[1]} px"
    width = "without a width" if found.width is None else f"width {found.width}"
    yield f"can be drawn, {width}: {found.possible}"
    if found.problem:
        yield f"why not: {found.problem}"
    may_fail = found.width is not None and found.gaps and found.fit_probability is not None
    if low != high and (may_fail or found.distribution):
        yield f"with glyphs of average width, {found.average} px together:"
    if may_fail:
        yield f"free gaps fit with probability {found.fit_probability:.6g}"
    if found.mean_gap is not None:
        yield f"mean gap {found.mean_gap:.6g} px"
        yield from _chart(found.distribution)


def _chart(probabilities: dict[int, float]) -> Iterator[str]:
    """Yield a line for each gap or, if there are too many, for each group of adjacent gaps."""
    gaps = list(probabilities)
    group_size = -(-len(gaps) // _CHART_LINES)
    groups = [gaps[first : first + group_size] for first in range(0, len(gaps), group_size)]
    sums = [sum(probabilities[gap] for gap in group) for group in groups]
    names = [str(group[0]) if group_size == 1 else f"{group[0]} to {group[-1]}" for group in groups]
    width = max(6, *map(len, names))
    for name, probability in zip(names, sums, strict=True):
        bar = "█" * round(_BAR_LENGTH * probability / max(sums))
        yield f"{name:>{width}} px  {probability:.6f}  {bar}".rstrip()
