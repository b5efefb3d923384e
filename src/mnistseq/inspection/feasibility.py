"""Whether a line can be drawn as asked, and what its gaps look like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnistseq.config.model import Config
from mnistseq.core.arrays import Ints
from mnistseq.core.composer import Composer
from mnistseq.core.gaps import fit_probability, gap_distribution
from mnistseq.core.layout import GapRule, draw_gaps
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import SequenceLike, encode
from mnistseq.errors import ArgumentError, SpacingError
from mnistseq.pipeline.build import build_composer


@dataclass(frozen=True)
class Feasibility:
    """What becomes of the gaps of one sequence.

    Attributes
    ----------
    glyphs, gaps : int
        How many.
    content : tuple of int
        Least and greatest width that the glyphs can have together, in pixels.
    width : int or None
        Width of the image, where the gaps have to fit one.
    widths : tuple of int
        Least and greatest width that gaps of the range can fill.
    possible : {'always', 'sometimes', 'never'}
        Sometimes: it hangs on which glyphs are drawn.
    problem : str or None
        Why not, and the nearest that would work.
    fit_probability : float or None
        The chance that gaps drawn freely fit the width.
    mean_gap : float or None
        In pixels.
    distribution : dict
        Gap in pixels → its exact probability; for glyphs of average width where widths vary.
    """

    glyphs: int
    gaps: int
    content: tuple[int, int]
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
    low, mean, high = _content(composer, codes, glyphs)
    rule = composer.gaps
    gaps = glyphs + 1 if rule.subtype == "edge" else glyphs - 1
    problems = [_problem(rule, glyphs, content) for content in (low, high)]
    chances: dict[int, float] = {}
    if _problem(rule, glyphs, mean) is None:
        chances = _chances(config, rule, gaps, mean)
    room = None if rule.width is None else rule.width - mean - gaps * rule.minimum
    span = rule.maximum - rule.minimum
    return Feasibility(
        glyphs=glyphs,
        gaps=gaps,
        content=(low, high),
        width=config.image.width,
        widths=(low + gaps * rule.minimum, high + gaps * rule.maximum),
        possible=("always", "sometimes", "never")[sum(problem is not None for problem in problems)],
        problem=problems[1] or problems[0],
        fit_probability=1.0 if room is None or not gaps else fit_probability(gaps, span, room),
        mean_gap=sum(gap * chance for gap, chance in chances.items()) if chances else None,
        distribution=chances,
    )


def _content(composer: Composer, codes: Ints | None, glyphs: int) -> tuple[int, int, int]:
    """Least, average and greatest width of the glyphs together, in pixels."""
    bank = composer.bank
    widths = composer.cells.widths
    if composer.height is not None:
        widths = -(-widths * composer.height // bank.height)
    if codes is None:
        return glyphs * int(widths.min()), round(glyphs * widths.mean()), glyphs * int(widths.max())
    each = [widths[bank.codes == code] for code in codes]
    return (
        sum(int(some.min()) for some in each),
        round(sum(float(some.mean()) for some in each)),
        sum(int(some.max()) for some in each),
    )


def _problem(rule: GapRule, glyphs: int, content: int) -> str | None:
    """Why glyphs of this width cannot be spaced; None where they can."""
    try:
        draw_gaps(rule, glyphs, np.array([content]), Stream(0, 0, 1))
    except SpacingError as error:
        return str(error)
    return None


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
