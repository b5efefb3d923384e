"""Describe an effective config, and the feasibility of a line, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from mnistseq.config.keys import config_keys
from mnistseq.config.layers import Effective
from mnistseq.config.sections import SINGLE_SOURCE
from mnistseq.inspection.feasibility import Feasibility
from mnistseq.messages import plural

_BAR_LENGTH = 40
"""Length of the longest bar of a chart in characters."""

_CHART_LINES = 64

_NARROWEST_VALUE = 12
"""Minimum number of characters of a value per line, even on narrow terminals."""


def describe_config(effective: Effective) -> dict[str, Any]:
    """Return all keys with their values and origins, as JSON values.

    With several sources, keys of a single source are omitted.
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


def config_lines(effective: Effective, columns: int) -> Iterator[str]:
    """Yield a table of all keys: path, value as in a file, and origin.

    Long values are wrapped to a width of `columns` characters.
    """
    rows = describe_config(effective)
    values = {path: json.dumps(row["value"], ensure_ascii=False) for path, row in rows.items()}
    path_width = max(map(len, rows))
    origin_width = max(len(row["from"]) for row in rows.values())
    room = max(_NARROWEST_VALUE, columns - path_width - origin_width - 4)
    value_width = min(room, max(map(len, values.values())))
    for path, row in rows.items():
        first, *further = wrap(values[path], value_width, break_on_hyphens=False)
        yield f"{path:<{path_width}}  {first:<{value_width}}  {row['from']}"
        yield from (" " * (path_width + 2) + line for line in further)


def feasibility_lines(found: Feasibility, columns: int) -> Iterator[str]:
    """Yield lines that say whether a sequence can be drawn and how its gaps are distributed."""
    for line in _sentences(found):
        yield from wrap(line, columns, subsequent_indent="  ", break_on_hyphens=False)
    if found.distribution:
        yield from _chart(found.distribution, found.drawn, columns)
        yield ""
        yield "sum of the gaps:"
        yield from _chart(found.sums, found.drawn_sums, columns)


def _sentences(found: Feasibility) -> Iterator[str]:
    low, high = found.content
    glyphs, gaps = plural(found.glyphs, "glyph"), plural(found.gaps, "gap")
    yield f"{glyphs}, {_range(low, high)} px together; {gaps}"
    yield f"widths that gaps in the range can fill: {_range(*found.widths)} px"
    if found.least_gap is not None:
        least, most = found.least_gap
        depends = "" if least == most else ", depending on the glyphs"
        yield f"least gap that hides no glyph: {_range(least, most)} px{depends}"
    width = "without a width" if found.width is None else f"width {found.width}"
    yield f"can be drawn, {width}: {found.possible}"
    if found.problem:
        yield f"why not: {found.problem}"
    may_fail = found.width is not None and found.gaps and found.fit_probability is not None
    if (low != high or found.least_gap) and (may_fail or found.distribution):
        yield f"with glyphs of average width, {found.average} px together:"
    if may_fail:
        yield f"free gaps fit with probability {found.fit_probability:.6g}"
    if found.mean_gap is not None:
        drawn = "" if found.draws is None else f", estimated from {found.draws:,} drawn lines"
        yield f"mean gap {found.mean_gap:.6g} px{drawn}"


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _chart(exact: dict[int, float], drawn: dict[int, float], columns: int) -> Iterator[str]:
    """Yield a line for each width or, if there are too many, for groups of adjacent widths.

    Each line has the exact probability, the share among drawn gaps, and a bar of the first.
    """
    widths = range(min(exact), max(exact) + 1)
    group_size = -(-len(widths) // _CHART_LINES)
    groups = [widths[first : first + group_size] for first in range(0, len(widths), group_size)]
    chances = [sum(exact.get(width, 0.0) for width in group) for group in groups]
    shares = [sum(drawn.get(width, 0.0) for width in group) for group in groups]
    names = [_range(group[0], group[-1]) for group in groups]
    room = max(6, *map(len, names))
    yield f"{'':>{room}}     exact     drawn"
    longest = max(1, min(_BAR_LENGTH, columns - room - len(" px  0.000000  0.0000  ")))
    for name, chance, share in zip(names, chances, shares, strict=True):
        bar = "█" * round(longest * chance / max(chances))
        yield f"{name:>{room}} px  {chance:.6f}  {share:.4f}  {bar}".rstrip()
