"""Whether glyphs of any width that they can have fit in a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.composer import Composer
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.glyph_selection import GlyphCells, SelectedGlyphs
from mnistseq.core.layout import MAX_WIDTH, GapRule, draw_gaps
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import RequestError, SpacingError

Possible: TypeAlias = Literal["always", "sometimes", "never"]

_TRIED = 200
"""How many widths to either side of the average are tried one by one."""

_SCALED_PIXELS = 2**28
"""Above so many, about two seconds' work, widths of scaled ink are estimated."""


def verdict(
    composer: Composer, codes: Ints | None, glyphs: int, content: tuple[int, int, int]
) -> tuple[Possible, str | None]:
    """Whether a line can be drawn, and why not.

    Parameters
    ----------
    composer : Composer
    codes : ndarray of int64, shape (glyphs,), or None
        The labels; None: any.
    glyphs : int
    content : tuple of int
        Least, average and greatest width of the glyphs together, in pixels.

    Returns
    -------
    possible : {'always', 'sometimes', 'never'}
        Sometimes: it hangs on which glyphs are drawn, or which gaps.
    problem : str or None
    """
    low, mean, high = content
    rounds = [_faults_of_width(composer.gaps, glyphs, (low, high))]
    if None in rounds[0]:
        # Only now: glyphs too wide for any image need not be made to find out more.
        rounds.append(_faults_of_line(composer, codes, glyphs))
    if all(None in faults for faults in rounds):
        near = range(max(low, mean - _TRIED), min(high, mean + _TRIED) + 1)
        widths = dict.fromkeys([high, low, *near])
        rounds.append([fault_of_gaps(composer.gaps, glyphs, width) for width in widths])
    # The last round is the one that says never, if one does.
    told = [fault for faults in reversed(rounds) for fault in faults if fault is not None]
    if not told:
        return "always", None
    return ("sometimes" if all(None in faults for faults in rounds) else "never"), told[0]


def fault_of_gaps(rule: GapRule, glyphs: int, content: int) -> str | None:
    """Why glyphs of this width cannot be spaced; None where they can."""
    try:
        draw_gaps(rule, glyphs, np.array([content]), Stream(0, 0, 1))
    except SpacingError as error:
        return str(error)
    return None


def _faults_of_width(rule: GapRule, glyphs: int, content: tuple[int, int]) -> list[str | None]:
    """Of the narrowest and the widest image that there may be."""
    if rule.width is not None:
        return [None]
    gaps = glyphs + 1 if rule.subtype == "edge" else glyphs - 1
    widths = content[0] + gaps * rule.minimum, content[1] + gaps * rule.maximum
    return [
        f"an image {could} be {width} px wide, more than the {MAX_WIDTH} that are allowed: "
        "take a shorter sequence, smaller gaps or fewer pixels of height"
        if width > MAX_WIDTH
        else None
        for could, width in zip(("would", "could"), widths, strict=True)
    ]


def _faults_of_line(composer: Composer, codes: Ints | None, glyphs: int) -> list[str | None]:
    """What is wrong apart from any width, for these labels or for those at the extremes."""
    free = replace(composer.gaps, spacing=_Smallest(), width=None)
    trial = replace(composer, gaps=free, glyph_transforms=(), canvas_transforms=())
    lines = [codes]
    if codes is None:
        widths = composer.cells.widths
        extremes = widths.argmin(), widths.argmax()
        lines = [np.full(glyphs, composer.bank.codes[place]) for place in extremes]
    faults: list[str | None] = []
    for line in lines:
        try:
            sequences = Sequences(np.asarray(line, dtype=np.int64), np.array([glyphs]))
            trial.plan(sequences, Stream(0, 0, 1))
        except RequestError as error:
            faults.append(str(error))
        else:
            faults.append(None)
    return faults


@dataclass(frozen=True)
class _Smallest(Spacing):
    """Gaps all as small as the range allows."""

    name: ClassVar[str] = "smallest"

    def gaps(self, space: GapRequest, stream: Stream) -> Ints:
        return np.full((len(space.content), space.count), space.minimum, dtype=np.int64)


def content_widths(composer: Composer, codes: Ints | None, glyphs: int) -> tuple[int, int, int]:
    """Least, average and greatest width of the glyphs together, in pixels."""
    bank = composer.bank
    if codes is None:
        widths = _cell_widths(composer, np.arange(len(bank)))
        return glyphs * int(widths.min()), round(glyphs * widths.mean()), glyphs * int(widths.max())
    known, number = np.unique(codes, return_counts=True)
    each = [_cell_widths(composer, np.flatnonzero(bank.codes == code)) for code in known]
    return (
        sum(int(some.min()) * times for some, times in zip(each, number.tolist(), strict=True)),
        round(sum(float(some.mean()) * times for some, times in zip(each, number, strict=True))),
        sum(int(some.max()) * times for some, times in zip(each, number.tolist(), strict=True)),
    )


def _cell_widths(composer: Composer, ids: Ints) -> Ints:
    """Widths of some glyphs' cells as they go into the line, in pixels."""
    bank, height = composer.bank, composer.height
    if height in (None, bank.height):
        return composer.cells.widths[ids]
    wide = bank.pixels.shape[2]
    width = max(1, round(wide * height / bank.height))
    if composer.crop == "cell" and bool((bank.widths[ids] == wide).all()):
        return np.full(len(ids), width)
    if len(ids) * height * width > _SCALED_PIXELS:
        estimated: Ints = -(-composer.cells.widths[ids] * width // wide)
        return estimated
    scaled = SelectedGlyphs(GlyphCells.of(bank), ids).gathered().scaled(height)
    if composer.crop == "ink":
        scaled = scaled.cropped()
    return scaled.widths
