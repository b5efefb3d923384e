"""Gaps → the place of every glyph, and its boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Floats, Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import ArgumentError, PluginError, SpacingError

Subtype: TypeAlias = Literal["between", "edge"]
Align: TypeAlias = Literal["left", "center", "right", "random"]

MAX_WIDTH = 65_500
"""Widest image, in pixels: the most that JPEG files hold in libjpeg."""


@dataclass(frozen=True)
class GapRule:
    """What is asked of the gaps of every sample.

    Parameters
    ----------
    spacing : Spacing
    subtype : {'between', 'edge'}
        n - 1 gaps between n glyphs, or n + 1 with one at either end.
    minimum, maximum : int
        The range of a gap, in pixels, both ends included.
    width : int or None
        What the gaps have to fit in.
    exact : bool
        Whether they have to fill it.
    align : {'left', 'center', 'right', 'random'}
        Where they leave some over: where the glyphs stand.
    aside : int
        Pixels of margins that transforms add to the width.
    """

    spacing: Spacing
    subtype: Subtype = "between"
    minimum: int = 0
    maximum: int = 20
    width: int | None = None
    exact: bool = False
    align: Align = "center"
    aside: int = 0


@dataclass(frozen=True, eq=False)
class Layout:
    """Every glyph of a batch in its place.

    Attributes
    ----------
    x : ndarray of int64, shape (N,)
        Left edge of each glyph's cell in its image, in pixels.
    cell_widths : ndarray of int64, shape (N,)
    height : int
    widths : ndarray of int64, shape (B,)
        Width of each image.
    """

    x: Ints
    cell_widths: Ints
    height: int
    widths: Ints

    @property
    def boxes(self) -> Ints:
        """x0, y0, x1, y1 of each glyph's cell in its image: int64, shape (N, 4)."""
        boxes = np.zeros((len(self.x), 4), dtype=np.int64)
        boxes[:, 0] = self.x
        boxes[:, 2] = self.x + self.cell_widths
        boxes[:, 3] = self.height
        return boxes

    def around(self, ink: Ints, offsets: Ints) -> Ints:
        """Boxes of ink, given in each glyph's picture, as boxes in its image; none stays all 0."""
        inked = ink[:, 2] > ink[:, 0]
        moved = ink.copy()
        moved[:, ::2] += ((self.x - offsets) * inked)[:, None]
        return moved


def arrange(
    rule: GapRule, sequences: Sequences, cell_widths: Ints, height: int, stream: Stream
) -> Layout:
    """Draw the gaps of a batch and put every glyph in its place."""
    first, lengths = sequences.first, sequences.lengths
    content = np.add.reduceat(cell_widths, first)
    before, total = _share_gaps(rule, sequences, content, stream.of("gap"))
    widths = total if rule.width is None else np.full(len(total), rule.width, dtype=np.int64)
    check_width(int(widths.max()))
    margins = _margins(rule.align, widths - total, stream.of("align"))
    ends = np.cumsum(before + cell_widths)
    starts = ends - cell_widths
    x = starts + np.repeat(margins + (before - starts)[first], lengths)
    return Layout(x, cell_widths, height, widths)


def _share_gaps(
    rule: GapRule, sequences: Sequences, content: Ints, stream: Stream
) -> tuple[Ints, Ints]:
    """The gap before each glyph, shape (N,), and the width of each whole line, shape (B,)."""
    first, lengths = sequences.first, sequences.lengths
    edge = rule.subtype == "edge"
    before = np.zeros(len(sequences.codes), dtype=np.int64)
    if lengths.min() == lengths.max():
        gaps = draw_gaps(rule, int(lengths[0]), content, stream)
        rows = before.reshape(len(lengths), -1)
        rows[:, 0 if edge else 1 :] = gaps[:, : rows.shape[1]]
        return before, content + gaps.sum(axis=1)
    total = content.copy()
    for length in np.unique(lengths):
        some = np.flatnonzero(lengths == length)
        gaps = draw_gaps(rule, int(length), content[some], stream.at(some))
        places = first[some, None] + np.arange(0 if edge else 1, length)
        before[places] = gaps[:, :length]
        total[some] += gaps.sum(axis=1)
    return before, total


def draw_gaps(rule: GapRule, length: int, content: Ints, stream: Stream) -> Ints:
    """Draw the gaps of sequences of one length.

    Parameters
    ----------
    rule : GapRule
    length : int
        Glyphs in each sequence.
    content : ndarray of int64, shape (B,)
        Widths of each sequence's glyphs together, in pixels.
    stream : Stream

    Returns
    -------
    ndarray of int64, shape (B, gaps)

    Raises
    ------
    SpacingError
        If there are no such gaps.
    PluginError
        If the strategy fails otherwise, or gives others than were asked for.
    """
    count = length + 1 if rule.subtype == "edge" else length - 1
    if not count:
        raise SpacingError(
            "one glyph has no gap between glyphs: take two or more, or subtype edge, which puts a "
            "gap on either side"
        )
    space = GapRequest(
        count, rule.minimum, rule.maximum, content, rule.width, rule.exact, rule.aside
    )
    name = rule.spacing.name
    with component_errors("spacing", name):
        gaps = rule.spacing.gaps(space, stream)
    _check_gaps(gaps, space, name)
    return gaps.astype(np.int64, copy=False)


def _check_gaps(gaps: Any, space: GapRequest, name: str) -> None:
    """Whatever a plugin's strategy does, no glyph leaves its image and no box lies."""
    wanted = (len(space.content), space.count)
    given = getattr(gaps, "dtype", type(gaps).__name__)
    if not (isinstance(gaps, np.ndarray) and np.issubdtype(gaps.dtype, np.integer)):
        raise PluginError(f"spacing {name} gave gaps of type {given}, not an array of int64")
    if gaps.shape != wanted:
        raise PluginError(f"spacing {name} gave gaps of shape {gaps.shape}, not {wanted}")
    low, high = int(gaps.min()), int(gaps.max())
    if low < space.minimum or high > space.maximum:
        raise PluginError(
            f"spacing {name} gave gaps of {low} to {high} px, where {space.minimum} to "
            f"{space.maximum} were asked for"
        )
    if space.room is not None and (gaps.sum(axis=1) > space.room).any():
        raise PluginError(f"spacing {name} gave gaps that add up to more than there is room for")


def _margins(align: Align, over: Ints, stream: Stream) -> Ints:
    """Pixels to the left of each line, of those that its gaps leave over."""
    if align == "left":
        return np.zeros_like(over)
    if align == "right":
        return over
    if align == "center":
        return over // 2
    chances: Floats = stream.uniform(1)[:, 0]
    return (chances * (over + 1)).astype(np.int64)


def check_width(width: int) -> None:
    """Raise ArgumentError for an image wider than `MAX_WIDTH`."""
    if width > MAX_WIDTH:
        raise ArgumentError(
            f"an image would be {width} px wide, more than the {MAX_WIDTH} that are allowed: take "
            "a shorter sequence, smaller gaps or fewer pixels of height"
        )
