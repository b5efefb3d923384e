"""Whether a line can be drawn, and why not: arithmetic on widths, without drawing the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.cell_widths import ContentWidth
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_selection import check_labels
from mnistseq.core.layout import draw_gaps, width_fault
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.randomness import Stream
from mnistseq.errors import RequestError, SpacingError

Possible: TypeAlias = Literal["always", "sometimes", "never"]

_CONTENTS = 20_000
"""How many widths of the glyphs are examined at most; of more, evenly spread ones are."""


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


def fit_verdict(rule: GapRule, length: int, content: ContentWidth) -> Verdict:
    """Return whether `length` glyphs of these widths can be spaced by a rule."""
    if rule.line_width is not None:
        return _spacing_verdict(rule, length, content)
    # Free gaps meet every width of the glyphs, or none.
    verdict = _spacing_verdict(rule, length, ContentWidth(*[content.average] * 3))
    if verdict.possible == "never":
        return verdict
    count = rule.count(length)
    least, most = content.low + count * rule.minimum, content.high + count * rule.maximum
    if least > MAX_WIDTH:
        return Verdict("never", width_fault("would", least))
    if most > MAX_WIDTH:
        return Verdict("sometimes", width_fault("could", most))
    return verdict


def _spacing_verdict(rule: GapRule, length: int, content: ContentWidth) -> Verdict:
    """Return whether a spacing has gaps for glyphs of these widths."""
    step = 1 + (content.high - content.low) // _CONTENTS
    widths = np.append(np.arange(content.low, content.high, step), content.high)
    request = rule.request(length, widths)
    if request.count:
        with component_errors("spacing", rule.spacing.name):
            feasible = rule.spacing.feasible(request)
    else:
        feasible = request.feasible()
    if feasible.any():
        # Only the spacing itself knows every reason to refuse gaps: one draw shows most of them.
        fitting = widths[feasible]
        problem = gap_problem(rule, length, int(fitting[len(fitting) // 2]))
        if problem is not None:
            return Verdict("never", problem)
    if feasible.all():
        return _ALWAYS
    # The extreme nearest to fitting is the one to explain.
    narrow = content.low + rule.count(length) * rule.minimum > (rule.line_width or 0)
    named = content.low if narrow and not feasible.any() else int(widths[~feasible][-1])
    return Verdict(
        "sometimes" if feasible.any() else "never",
        gap_problem(rule, length, named) or f"spacing {rule.spacing.name} has no such gaps",
    )


def gap_problem(rule: GapRule, length: int, content: int) -> str | None:
    """Return why glyphs that are `content` pixels wide together have no gaps, if they have none."""
    try:
        draw_gaps(rule, length, np.array([content]), Stream(0, 0, 1))
    except SpacingError as error:
        return str(error)
    return None


def labels_verdict(composer: Composer, rule: GapRule, codes: Ints | None) -> Verdict:
    """Return whether one line can have these labels, or whichever labels if `codes` is None."""
    hidden = rule.minimum < 0  # whether gaps could hide a glyph
    if codes is not None:
        try:
            check_labels(composer.bank, codes, composer.writer)
            if hidden:
                rule.check_overlap(int(composer.cell_widths.narrowest[codes].min()))
        except RequestError as error:
            return Verdict("never", str(error))
    elif hidden:
        widths = composer.cell_widths.narrowest[composer.bank.by_label.number > 0]
        best, worst = (_overlap_problem(rule, int(width)) for width in (widths.max(), widths.min()))
        if best is not None or worst is not None:
            return Verdict("sometimes" if best is None else "never", best or worst)
    return _ALWAYS


def _overlap_problem(rule: GapRule, narrowest: int) -> str | None:
    try:
        rule.check_overlap(narrowest)
    except SpacingError as error:
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
        verdict = labels_verdict(composer, rule, codes)
        if verdict.possible == "never":
            return verdict.problem
    verdict = fit_verdict(rule, length, composer.cell_widths.any_content(length))
    return verdict.problem if verdict.possible == "never" else None


def needs_labels(composer: Composer, minimum: int | None) -> bool:
    """Whether the labels of a sequence matter, not only their number.

    They do where glyphs could be hidden, where one writer has to have written
    all of them, and where the source has no glyph of some label.
    """
    least = composer.gaps.minimum if minimum is None else minimum
    return least < 0 or composer.writer != "any" or not composer.bank.by_label.number.all()
