"""Assess whether a config can draw a sequence, and how its gaps are distributed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from mnistseq.config.config import Config
from mnistseq.core.feasibility import (
    LineCheck,
    Possible,
    check_line,
    labels_problem,
    line_widths,
)
from mnistseq.core.gap_request import GapDistribution, GapRequest
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols.spacing import drawn_gaps
from mnistseq.core.sequences import SequenceLike, encode
from mnistseq.errors import ArgumentError, SpacingError
from mnistseq.pipeline.composers import build_composer

_DRAWN_NONE = np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True)
class Feasibility:
    """Whether a sequence can be drawn, and the statistics of its gaps.

    Attributes
    ----------
    glyphs, gaps : int
        Number of glyphs and of gaps.
    content : tuple of int
        Smallest and greatest total width of the glyphs, in pixels.
    average : int
        Average total width of the glyphs, in pixels.
    width : int or None
        Width of the image in pixels; None if the config sets none.
    widths : tuple of int
        Smallest and greatest width of the image with gaps in the range, in pixels,
        including the margins that canvas transforms add.
    least_gap : tuple of int or None
        Bounds of the smallest gap that hides no glyph, in pixels. None if no gap in the
        range hides one.
    possible : {'always', 'sometimes', 'never'}
        Whether the sequence can be drawn. "sometimes" means that it depends on the glyphs.
    problem : str or None
        Why not, and the nearest request that works.
    fit_probability : float or None
        Probability that independent gaps fit the width, for glyphs of average width; None if
        the spacing cannot draw such gaps.
    mean_gap : float or None
        Mean gap in pixels.
    distribution : dict
        Gap in pixels → its probability, for glyphs of average width.
    draws : int or None
        Number of lines drawn to estimate the distribution; None if it is exact.
    sums : dict
        Sum of the gaps in pixels → its probability, for glyphs of average width.
    drawn, drawn_sums : dict
        The same two distributions, of gaps that were drawn.
    """

    glyphs: int
    gaps: int
    content: tuple[int, int]
    average: int
    width: int | None
    widths: tuple[int, int]
    least_gap: tuple[int, int] | None
    possible: Possible
    problem: str | None
    fit_probability: float | None
    mean_gap: float | None
    distribution: dict[int, float]
    draws: int | None
    sums: dict[int, float]
    drawn: dict[int, float]
    drawn_sums: dict[int, float]


def assess(
    config: Config, sequence: SequenceLike | None = None, length: int | None = None
) -> Feasibility:
    """Assess a sequence, or any sequence of a given length.

    ArgumentError if neither or both are given, or the length is below 1. LabelError if the source
    does not have a label.
    """
    if (sequence is None) == (length is None):
        raise ArgumentError("give either a sequence or a length")
    if length is not None and length < 1:
        raise ArgumentError(f"length {length} is too small: a sequence has at least 1 label")
    composer = build_composer(config)
    rule, widths = composer.gaps, composer.cell_widths
    codes = None if sequence is None else encode([sequence], composer.bank.alphabet).codes
    glyphs = length or 0 if codes is None else len(codes)
    content = widths.any_content(glyphs) if codes is None else widths.content(codes)
    least = None
    if rule.minimum < 0 and glyphs > 1:
        least = widths.any_least_gap if codes is None else widths.least_gap(codes)
    check = check_line(rule, glyphs, content, least)
    problem = None if codes is None else labels_problem(composer, codes)
    if problem is not None:
        check = LineCheck("never", problem)
    average = None if least is None else np.full((1, glyphs - 1), least.average)
    ((_, request),) = rule.requests(glyphs, np.array([content.average]), average)
    spacing = rule.spacing
    gaps, sums, drawn = GapDistribution({}), GapDistribution({}), _DRAWN_NONE
    if check.possible != "never" and request.count:
        with component_errors("spacing", spacing.name), suppress(SpacingError):
            gaps, sums = spacing.distribution(request), spacing.sum_distribution(request)
            drawn = drawn_gaps(spacing, request)
    chances = gaps.chances
    low, high = line_widths(rule, glyphs, content, least)
    return Feasibility(
        glyphs=glyphs,
        gaps=request.count,
        content=(content.low, content.high),
        average=content.average,
        width=rule.width,
        widths=(low + rule.added_width, high + rule.added_width),
        least_gap=None if least is None or least.high <= rule.minimum else (least.low, least.high),
        possible=check.possible,
        problem=check.problem,
        fit_probability=_fit_probability(rule, request),
        mean_gap=sum(gap * chance for gap, chance in chances.items()) if chances else None,
        distribution=chances,
        draws=gaps.draws,
        sums=sums.chances,
        drawn=GapDistribution.of_drawn(drawn).chances,
        drawn_sums=GapDistribution.of_drawn(drawn.sum(axis=1, keepdims=True)).chances,
    )


def _fit_probability(rule: GapRule, request: GapRequest) -> float | None:
    if not request.count:
        return 1.0
    with component_errors("spacing", rule.spacing.name):
        return rule.spacing.fit_probability(request)
