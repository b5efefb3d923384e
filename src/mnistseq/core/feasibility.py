"""Whether a line can be drawn, and why not: arithmetic on widths, without drawing the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Flags, Ints
from mnistseq.core.cell_widths import ContentWidth, LeastGap
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_selection import check_labels
from mnistseq.core.layout import draw_gaps, width_fault
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.randomness import Stream
from mnistseq.errors import RequestError, SpacingError
from mnistseq.messages import plural

Possible: TypeAlias = Literal["always", "sometimes", "never"]

_CONTENTS = 20_000
"""Most content widths that are checked; of more, an evenly spaced selection."""
_GAPS = 2**22
"""Most gaps that all these lines have together, where each gap has its own range."""


@dataclass(frozen=True)
class LineCheck:
    """Whether a line can be drawn.

    Attributes
    ----------
    possible : {'always', 'sometimes', 'never'}
        "sometimes" means that it depends on the glyphs or gaps drawn.
    problem : str or None
        Why not, with the nearest request that works; None if it always can.
    """

    possible: Possible
    problem: str | None = None


_ALWAYS = LineCheck("always")


def check_line(
    rule: GapRule, length: int, content: ContentWidth, least: LeastGap | None = None
) -> LineCheck:
    """Check whether `length` glyphs of these widths can be spaced by a rule.

    Parameters
    ----------
    rule : GapRule
    length : int
    content : ContentWidth
    least : LeastGap, optional
        How far the glyphs may overlap; by default as far as the rule allows.
    """
    if rule.line_width is not None:
        if least is not None and rule.line_width < least.narrowest(length, content):
            return LineCheck("never", _narrow_fault(rule, length, content, least))
        return _check_spacing(rule, length, content, least)
    # Free gaps suit either every content width or none.
    check = _check_spacing(rule, length, ContentWidth(*[content.average] * 3), least)
    if check.possible == "never":
        return check
    low, high = line_widths(rule, length, content, least)
    if low > MAX_WIDTH:
        return LineCheck("never", width_fault("would", low))
    if high > MAX_WIDTH:
        return LineCheck("sometimes", width_fault("could", high))
    return check


def line_widths(
    rule: GapRule, length: int, content: ContentWidth, least: LeastGap | None = None
) -> tuple[int, int]:
    """Return the smallest and the greatest width of a line with gaps in the range, in pixels."""
    minimum, maximum, outer = rule.minimum, rule.maximum, rule.count(length) - (length - 1)
    if least is not None:
        minimum, maximum = max(minimum, least.low), max(maximum, least.high)
    low = content.low + (length - 1) * minimum + outer * max(rule.minimum, 0)
    high = content.high + (length - 1) * maximum + outer * max(rule.maximum, 0)
    return low if least is None else max(low, least.narrowest(length, content)), high


def _narrow_fault(rule: GapRule, length: int, content: ContentWidth, least: LeastGap) -> str:
    narrowest = least.narrowest(length, content) + rule.added_width
    return (
        f"width {rule.width} is too small: {plural(length, 'glyph')} that do not hide each other "
        f"are at least {narrowest} px wide; take a larger width or fit resize, which squeezes the "
        "glyphs"
    )


def _check_spacing(
    rule: GapRule, length: int, content: ContentWidth, least: LeastGap | None
) -> LineCheck:
    """Check whether a spacing has gaps for glyphs of these widths."""
    most = _CONTENTS if rule.minimum >= 0 else min(_CONTENTS, max(2, _GAPS // length))
    step = 1 + (content.high - content.low) // most
    widths = np.append(np.arange(content.low, content.high, step), content.high)
    cases = [(case, _feasible(*case, length, widths)) for case in _cases(rule, least)]
    for case, feasible in cases:
        if feasible.any():
            # A spacing may refuse gaps for reasons of its own: one draw reveals most of them.
            fitting = widths[feasible]
            problem = gap_problem(case[0], length, int(fitting[len(fitting) // 2]), case[1])
            if problem is not None:
                return LineCheck("never", problem)
            break
    # What fits at both extremes of overlap fits at all values between them.
    certain = np.logical_and.reduce([feasible for _, feasible in cases[:2]])
    if certain.all():
        return _ALWAYS
    possible = np.logical_or.reduce([feasible for _, feasible in cases])
    # Explain the extreme that comes closest to fitting.
    narrow = line_widths(rule, length, content, least)[0] > (rule.line_width or 0)
    named = content.low if narrow and not possible.any() else int(widths[~certain][-1])
    problems = (gap_problem(case[0], length, named, case[1]) for case, _ in cases)
    return LineCheck(
        "sometimes" if possible.any() else "never",
        next(filter(None, problems), f"spacing {rule.spacing.name} has no such gaps"),
    )


def _cases(rule: GapRule, least: LeastGap | None) -> list[tuple[GapRule, int | None]]:
    """Return rules, each with a least gap for all pairs: both extremes, then everything between.

    In the last case, a gap may have any width that is possible for some pair.
    """
    if least is None or rule.minimum >= least.high:
        return [(rule, None)]
    widest = replace(rule, maximum=max(rule.maximum, least.high))
    return [(rule, least.low), (rule, least.high), (widest, least.low)]


def _feasible(rule: GapRule, least: int | None, length: int, widths: Ints) -> Flags:
    """Return for which content widths a spacing has gaps."""
    feasible = np.empty(len(widths), dtype=np.bool_)
    for rows, request in rule.requests(length, widths, _pairs(least, length, len(widths))):
        if request.count:
            with component_errors("spacing", rule.spacing.name):
                feasible[rows] = rule.spacing.feasible(request)
        else:
            feasible[rows] = request.feasible()
    return feasible


def _pairs(least: int | None, length: int, samples: int) -> Ints | None:
    return None if least is None else np.full((samples, length - 1), least)


def gap_problem(rule: GapRule, length: int, content: int, least: int | None = None) -> str | None:
    """Return why glyphs with a total width of `content` pixels have no valid gaps, or None.

    Parameters
    ----------
    rule : GapRule
    length : int
        Number of glyphs.
    content : int
    least : int, optional
        The smallest gap that hides no glyph, for every pair; by default, no gap hides one.
    """
    try:
        draw_gaps(rule, length, np.array([content]), Stream(0, 0, 1), _pairs(least, length, 1))
    except SpacingError as error:
        return str(error)
    return None


def labels_problem(composer: Composer, codes: Ints) -> str | None:
    """Return why no line can have these labels, or None."""
    try:
        check_labels(composer.bank, codes, composer.writer)
    except RequestError as error:
        return str(error)
    return None


def row_problem(
    composer: Composer,
    length: int,
    minimum: int | None = None,
    maximum: int | None = None,
    width: int | None = None,
    labels: frozenset[str] | None = None,
) -> str | None:
    """Return why a sequence can never be drawn, or None if it may be.

    Parameters
    ----------
    composer : Composer
    length : int
        Number of labels of the sequence.
    minimum, maximum, width : int, optional
        Range and width for this sequence, which override the composer's rule.
    labels : frozenset of str, optional
        The distinct labels of the sequence, required if `needs_labels` is true.
    """
    try:
        rule = composer.gaps.override(minimum, maximum, width)
    except SpacingError as error:
        return str(error)
    if labels is not None:
        codes = np.array([composer.bank.alphabet.index(label) for label in sorted(labels)])
        problem = labels_problem(composer, codes)
        if problem is not None:
            return problem
    widths = composer.cell_widths
    least = widths.any_least_gap if rule.minimum < 0 else None
    check = check_line(rule, length, widths.any_content(length), least)
    return check.problem if check.possible == "never" else None


def needs_labels(composer: Composer) -> bool:
    """Whether the labels of a sequence matter, not only their number.

    They do if one writer must have written all of them, or if some label has no glyph.
    """
    return composer.writer != "any" or not composer.bank.by_label.number.all()
