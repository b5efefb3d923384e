"""Whether a line can be drawn, and why not: arithmetic on widths, without drawing the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Flags, Ints
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
"""How many widths of the glyphs are examined at most; of more, evenly spread ones are."""
_GAPS = 2**22
"""How many gaps such lines have together at most, where each has a range of its own."""


@dataclass(frozen=True)
class Verdict:
    """Whether a line can be drawn.

    Attributes
    ----------
    possible : {'always', 'sometimes', 'never'}
        Sometimes: it depends on which glyphs or gaps are drawn.
    problem : str or None
        Why not, and the nearest request that works; None where it always can.
    """

    possible: Possible
    problem: str | None = None


_ALWAYS = Verdict("always")


def fit_verdict(
    rule: GapRule, length: int, content: ContentWidth, least: LeastGap | None = None
) -> Verdict:
    """Return whether `length` glyphs of these widths can be spaced by a rule.

    Parameters
    ----------
    rule : GapRule
    length : int
    content : ContentWidth
    least : LeastGap, optional
        How far the glyphs may overlap; by default, as far as the rule lets them.
    """
    if rule.line_width is not None:
        if least is not None and rule.line_width < least.narrowest(length, content):
            return Verdict("never", _narrow_fault(rule, length, content, least))
        return _spacing_verdict(rule, length, content, least)
    # Free gaps meet every width of the glyphs, or none.
    verdict = _spacing_verdict(rule, length, ContentWidth(*[content.average] * 3), least)
    if verdict.possible == "never":
        return verdict
    low, high = line_widths(rule, length, content, least)
    if low > MAX_WIDTH:
        return Verdict("never", width_fault("would", low))
    if high > MAX_WIDTH:
        return Verdict("sometimes", width_fault("could", high))
    return verdict


def line_widths(
    rule: GapRule, length: int, content: ContentWidth, least: LeastGap | None = None
) -> tuple[int, int]:
    """Return the least and the greatest width that gaps of the range give a line, in pixels."""
    minimum, maximum, outer = rule.minimum, rule.maximum, rule.count(length) - (length - 1)
    if least is not None:
        minimum, maximum = max(minimum, least.low), max(maximum, least.high)
    low = content.low + (length - 1) * minimum + outer * max(rule.minimum, 0)
    high = content.high + (length - 1) * maximum + outer * max(rule.maximum, 0)
    return low if least is None else max(low, least.narrowest(length, content)), high


def _narrow_fault(rule: GapRule, length: int, content: ContentWidth, least: LeastGap) -> str:
    narrowest = least.narrowest(length, content) + rule.added_width
    return (
        f"width {rule.width} is too small: {plural(length, 'glyph')}, of which none hides another, "
        f"are at least {narrowest} px wide; take a larger width or fit resize, which squeezes the "
        "glyphs"
    )


def _spacing_verdict(
    rule: GapRule, length: int, content: ContentWidth, least: LeastGap | None
) -> Verdict:
    """Return whether a spacing has gaps for glyphs of these widths."""
    most = _CONTENTS if rule.minimum >= 0 else min(_CONTENTS, max(2, _GAPS // length))
    step = 1 + (content.high - content.low) // most
    widths = np.append(np.arange(content.low, content.high, step), content.high)
    cases = [(case, _feasible(*case, length, widths)) for case in _cases(rule, least)]
    for case, feasible in cases:
        if feasible.any():
            # Only the spacing itself knows every reason to refuse gaps: one draw shows most.
            fitting = widths[feasible]
            problem = gap_problem(case[0], length, int(fitting[len(fitting) // 2]), case[1])
            if problem is not None:
                return Verdict("never", problem)
            break
    # Whether a pair may overlap less or more, what fits in both cases fits in all between.
    certain = np.logical_and.reduce([feasible for _, feasible in cases[:2]])
    if certain.all():
        return _ALWAYS
    possible = np.logical_or.reduce([feasible for _, feasible in cases])
    # The extreme nearest to fitting is the one to explain.
    narrow = line_widths(rule, length, content, least)[0] > (rule.line_width or 0)
    named = content.low if narrow and not possible.any() else int(widths[~certain][-1])
    problems = (gap_problem(case[0], length, named, case[1]) for case, _ in cases)
    return Verdict(
        "sometimes" if possible.any() else "never",
        next(filter(None, problems), f"spacing {rule.spacing.name} has no such gaps"),
    )


def _cases(rule: GapRule, least: LeastGap | None) -> list[tuple[GapRule, int | None]]:
    """Return rules with the least gap of every pair: both extremes, and all that lies between.

    In the last case, a gap has the range that any pair can have.
    """
    if least is None or rule.minimum >= least.high:
        return [(rule, None)]
    widest = replace(rule, maximum=max(rule.maximum, least.high))
    return [(rule, least.low), (rule, least.high), (widest, least.low)]


def _feasible(rule: GapRule, least: int | None, length: int, widths: Ints) -> Flags:
    """Return for which widths of the glyphs a spacing has gaps."""
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
    """Return why glyphs that are `content` pixels wide together have no gaps, if they have none.

    Parameters
    ----------
    rule : GapRule
    length : int
        Number of glyphs.
    content : int
    least : int, optional
        The least gap of every pair that hides no glyph; by default, no gap hides one.
    """
    try:
        draw_gaps(rule, length, np.array([content]), Stream(0, 0, 1), _pairs(least, length, 1))
    except SpacingError as error:
        return str(error)
    return None


def labels_problem(composer: Composer, codes: Ints) -> str | None:
    """Return why no line can have these labels, or None if one can."""
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
    """Return why a sequence can never be drawn, or None if it can, or may.

    Parameters
    ----------
    composer : Composer
    length : int
        Number of labels of the sequence.
    minimum, maximum, width : int, optional
        The sequence's own range and width, which override the composer's rule.
    labels : frozenset of str, optional
        The different labels of the sequence, where `needs_labels` asks for them.
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
    verdict = fit_verdict(rule, length, widths.any_content(length), least)
    return verdict.problem if verdict.possible == "never" else None


def needs_labels(composer: Composer) -> bool:
    """Whether the labels of a sequence matter, not only their number.

    They do where one writer has to have written all of them, and where the source has no
    glyph of some label.
    """
    return composer.writer != "any" or not composer.bank.by_label.number.all()
