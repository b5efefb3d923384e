"""Whether a sequence can be drawn as a config asks, and what its gaps look like."""

from __future__ import annotations

from dataclasses import dataclass

from mnistseq.config.config import Config
from mnistseq.core.feasibility import Possible, fit_verdict, gap_problem, labels_verdict
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.gaps import fit_probability, gap_distribution
from mnistseq.core.sequences import SequenceLike, encode
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.composers import build_composer


@dataclass(frozen=True)
class Feasibility:
    """Whether a sequence can be drawn, and the statistics of its gaps.

    Attributes
    ----------
    glyphs, gaps : int
        Number of glyphs and of gaps.
    content : tuple of int
        Least and greatest width that the glyphs can have together, in pixels.
    average : int
        Average width of the glyphs together, in pixels.
    width : int or None
        Width of the image in pixels; None if the config asks for none.
    widths : tuple of int
        Least and greatest width that gaps of the range can fill, including the
        margins that canvas transforms add, in pixels.
    possible : {'always', 'sometimes', 'never'}
        Whether it can be drawn. Sometimes: it depends on which glyphs are drawn.
    problem : str or None
        Why not, and the nearest request that works.
    fit_probability : float or None
        The probability that free gaps fit the width, for glyphs of average width.
    mean_gap : float or None
        In pixels.
    distribution : dict
        Gap in pixels → its exact probability, for glyphs of average width.
    """

    glyphs: int
    gaps: int
    content: tuple[int, int]
    average: int
    width: int | None
    widths: tuple[int, int]
    possible: Possible
    problem: str | None
    fit_probability: float | None
    mean_gap: float | None
    distribution: dict[int, float]


def assess(
    config: Config, sequence: SequenceLike | None = None, length: int | None = None
) -> Feasibility:
    """Assess a sequence, or any sequence of a length.

    Raises
    ------
    ArgumentError
        If neither is given, or both, or a length below 1.
    LabelError
        If the source lacks a label.
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
    verdicts = labels_verdict(composer, rule, codes), fit_verdict(rule, glyphs, content)
    verdict = max(verdicts, key=lambda each: ("always", "sometimes", "never").index(each.possible))
    gaps, average = rule.count(glyphs), content.average
    chances: dict[int, float] = {}
    if verdict.possible != "never" and gap_problem(rule, glyphs, average) is None:
        chances = _chances(rule, gaps, average)
    room = None if rule.line_width is None else rule.line_width - average - gaps * rule.minimum
    span = rule.maximum - rule.minimum
    return Feasibility(
        glyphs=glyphs,
        gaps=gaps,
        content=(content.low, content.high),
        average=average,
        width=rule.width,
        widths=(
            content.low + gaps * rule.minimum + rule.added_width,
            content.high + gaps * rule.maximum + rule.added_width,
        ),
        possible=verdict.possible,
        problem=verdict.problem,
        fit_probability=1.0 if room is None or not gaps else fit_probability(gaps, span, room),
        mean_gap=sum(gap * chance for gap, chance in chances.items()) if chances else None,
        distribution=chances,
    )


def _chances(rule: GapRule, gaps: int, content: int) -> dict[int, float]:
    """Return the distribution of one gap; empty for spacings that are not built in."""
    if not gaps:
        return {}
    room = None if rule.line_width is None else rule.line_width - content
    if rule.spacing.name == "fixed":
        return {rule.minimum if room is None else room // gaps: 1.0}
    if rule.spacing.name != "variable":
        return {}
    span = rule.maximum - rule.minimum
    free = None if room is None else room - gaps * rule.minimum
    chances = gap_distribution(gaps, span, free, rule.fit == "exact")
    return {rule.minimum + step: float(chance) for step, chance in enumerate(chances)}
