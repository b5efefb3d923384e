"""Whether a line can be drawn as asked, and what its gaps look like."""

from __future__ import annotations

from dataclasses import dataclass

from mnistseq.config.config import Config
from mnistseq.core.gaps import fit_probability, gap_distribution
from mnistseq.core.layout import GapRule
from mnistseq.core.sequences import SequenceLike, encode
from mnistseq.errors import ArgumentError
from mnistseq.inspection.verdict import content_widths, fault_of_gaps, verdict
from mnistseq.pipeline.composers import build_composer


@dataclass(frozen=True)
class Feasibility:
    """What becomes of the gaps of one sequence.

    Attributes
    ----------
    glyphs, gaps : int
        How many.
    content : tuple of int
        Least and greatest width that the glyphs can have together, in pixels.
    average : int
        The width that they have on average, in pixels.
    width : int or None
        Width of the image, where the gaps have to fit one.
    widths : tuple of int
        Least and greatest width that gaps of the range can fill, margins that transforms add
        included.
    possible : {'always', 'sometimes', 'never'}
        Sometimes: it hangs on which glyphs are drawn.
    problem : str or None
        Why not, and the nearest that would work.
    fit_probability : float or None
        The chance that gaps drawn freely fit the width; for glyphs of average width, too.
    mean_gap : float or None
        In pixels.
    distribution : dict
        Gap in pixels → its exact probability; for glyphs of average width where widths vary.
    """

    glyphs: int
    gaps: int
    content: tuple[int, int]
    average: int
    width: int | None
    widths: tuple[int, int]
    possible: str
    problem: str | None
    fit_probability: float | None
    mean_gap: float | None
    distribution: dict[int, float]


def assess(
    config: Config, sequence: SequenceLike | None = None, length: int | None = None
) -> Feasibility:
    """Say what becomes of a sequence, or of any sequence of a length.

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
    codes = None if sequence is None else encode([sequence], composer.bank.alphabet).codes
    glyphs = length or 0 if codes is None else len(codes)
    low, mean, high = content_widths(composer, codes, glyphs)
    rule = composer.gaps
    gaps = glyphs + 1 if rule.subtype == "edge" else glyphs - 1
    possible, problem = verdict(composer, codes, glyphs, (low, mean, high))
    chances: dict[int, float] = {}
    if possible != "never" and fault_of_gaps(rule, glyphs, mean) is None:
        chances = _chances(config, rule, gaps, mean)
    room = None if rule.width is None else rule.width - mean - gaps * rule.minimum
    span = rule.maximum - rule.minimum
    return Feasibility(
        glyphs=glyphs,
        gaps=gaps,
        content=(low, high),
        average=mean,
        width=config.image.width,
        widths=(
            low + gaps * rule.minimum + rule.aside,
            high + gaps * rule.maximum + rule.aside,
        ),
        possible=possible,
        problem=problem,
        fit_probability=1.0 if room is None or not gaps else fit_probability(gaps, span, room),
        mean_gap=sum(gap * chance for gap, chance in chances.items()) if chances else None,
        distribution=chances,
    )


def _chances(config: Config, rule: GapRule, gaps: int, content: int) -> dict[int, float]:
    """The distribution of one gap; empty for strategies that only they themselves know."""
    room = None if rule.width is None else rule.width - content
    if config.spacing.type == "fixed":
        return {rule.minimum if room is None else room // gaps: 1.0}
    if config.spacing.type != "variable":
        return {}
    span = rule.maximum - rule.minimum
    free = None if room is None else room - gaps * rule.minimum
    chances = gap_distribution(gaps, span, free, rule.exact)
    return {rule.minimum + step: float(chance) for step, chance in enumerate(chances)}
