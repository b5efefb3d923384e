"""Gaps → the position of every glyph, and its boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mnistseq.core.arrays import Floats, Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gap_rule import Align, GapRule
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import ArgumentError, PluginError


@dataclass(frozen=True, eq=False)
class Layout:
    """The position of every glyph of a batch.

    Attributes
    ----------
    x : ndarray of int64, shape (N,)
        Left edge of each glyph's cell in its image, in pixels.
    cell_widths : ndarray of int64, shape (N,)
        In pixels.
    height : int
        Height of every line, in pixels.
    widths : ndarray of int64, shape (B,)
        Width of each image, in pixels.
    y : int or ndarray of int64, shape (N,)
        Upper edge of each glyph's cell in its image, in pixels.
    canvas_height : int or None
        Height of every image in pixels; None: that of the line.
    """

    x: Ints
    cell_widths: Ints
    height: int
    widths: Ints
    y: Ints | int = 0
    canvas_height: int | None = None

    def on_canvas(self, height: int, y: Ints) -> Layout:
        """Return the layout in higher images, with each glyph's cell at row `y`."""
        return replace(self, canvas_height=height, y=y)

    @property
    def boxes(self) -> Ints:
        """x0, y0, x1, y1 of each glyph's cell in its image: int64, shape (N, 4)."""
        boxes = np.zeros((len(self.x), 4), dtype=np.int64)
        boxes[:, 0] = self.x
        boxes[:, 2] = self.x + self.cell_widths
        boxes[:, 1] = self.y
        boxes[:, 3] = self.y + self.height
        return boxes

    def ink_boxes(self, ink: Ints, offsets: Ints) -> Ints:
        """Move ink boxes from each glyph's picture to its image: int64, shape (N, 4).

        Parameters
        ----------
        ink : ndarray of int64, shape (N, 4)
            Ink box of each glyph in its picture; all 0 without ink, and then left so.
        offsets : ndarray of int64, shape (N,)
            First column of each glyph's cell in its picture.
        """
        inked = ink[:, 2] > ink[:, 0]
        moved = ink.copy()
        moved[:, ::2] += ((self.x - offsets) * inked)[:, None]
        moved[:, 1::2] += (self.y * inked)[:, None]
        return moved


def arrange(
    rule: GapRule, sequences: Sequences, cell_widths: Ints, height: int, stream: Stream
) -> Layout:
    """Draw the gaps of a batch and work out the position of every glyph."""
    first, lengths = sequences.first, sequences.lengths
    content = np.add.reduceat(cell_widths, first)
    before, total = _gaps_before(rule, sequences, content, stream.of("gap"))
    asked = rule.line_width
    widths = total if asked is None else np.full(len(total), asked, dtype=np.int64)
    check_width(int(widths.max()))
    margins = _left_margins(rule.align, widths - total, stream.of("align"))
    ends = np.cumsum(before + cell_widths)
    starts = ends - cell_widths
    x = starts + np.repeat(margins + (before - starts)[first], lengths)
    return Layout(x, cell_widths, height, widths)


def _gaps_before(
    rule: GapRule, sequences: Sequences, content: Ints, stream: Stream
) -> tuple[Ints, Ints]:
    """Return the gap before each glyph, shape (N,), and the width of each line, shape (B,)."""
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
        chosen = np.flatnonzero(lengths == length)
        gaps = draw_gaps(rule, int(length), content[chosen], stream.at(chosen))
        glyphs = first[chosen, None] + np.arange(0 if edge else 1, length)
        before[glyphs] = gaps[:, :length]
        total[chosen] += gaps.sum(axis=1)
    return before, total


def draw_gaps(rule: GapRule, length: int, content: Ints, stream: Stream) -> Ints:
    """Draw the gaps of sequences of one length.

    Parameters
    ----------
    rule : GapRule
    length : int
        Glyphs in each sequence.
    content : ndarray of int64, shape (B,)
        Width of each sequence's glyphs together, in pixels.
    stream : Stream

    Returns
    -------
    ndarray of int64, shape (B, gaps)
        Without a column where the line has no gap.

    Raises
    ------
    SpacingError
        If no gaps meet the rule.
    PluginError
        If the spacing fails otherwise, or its gaps break the rule.
    """
    request = rule.request(length, content)
    if not request.count:
        request.check()
        return np.zeros((len(content), 0), dtype=np.int64)
    name = rule.spacing.name
    with component_errors("spacing", name):
        gaps = rule.spacing.gaps(request, stream)
    _check_gaps(gaps, request, name)
    return gaps.astype(np.int64, copy=False)


def _check_gaps(gaps: Any, request: GapRequest, name: str) -> None:
    """Raise PluginError for gaps that would move a glyph out of its image or falsify a box."""
    wanted = (len(request.content), request.count)
    given = getattr(gaps, "dtype", type(gaps).__name__)
    if not (isinstance(gaps, np.ndarray) and np.issubdtype(gaps.dtype, np.integer)):
        raise PluginError(f"spacing {name} gave gaps of type {given}, not an array of int64")
    if gaps.shape != wanted:
        raise PluginError(f"spacing {name} gave gaps of shape {gaps.shape}, not {wanted}")
    low, high = int(gaps.min()), int(gaps.max())
    if low < request.minimum or high > request.maximum:
        raise PluginError(
            f"spacing {name} gave gaps of {low} to {high} px, where {request.minimum} to "
            f"{request.maximum} were asked for"
        )
    if request.room is not None and (gaps.sum(axis=1) > request.room).any():
        raise PluginError(f"spacing {name} gave gaps that add up to more than there is room for")


def _left_margins(align: Align, free: Ints, stream: Stream) -> Ints:
    """Return how many of the free columns of each image lie to the left of its line."""
    if align == "left":
        return np.zeros_like(free)
    if align == "right":
        return free
    if align == "center":
        return free // 2
    chances: Floats = stream.uniform(1)[:, 0]
    return (chances * (free + 1)).astype(np.int64)


def check_width(width: int) -> None:
    """Raise ArgumentError for an image wider than `MAX_WIDTH`."""
    if width > MAX_WIDTH:
        raise ArgumentError(width_fault("would", width))


def width_fault(could: str, width: int) -> str:
    """Return what is wrong with an image that would, or could, be wider than `MAX_WIDTH`."""
    return (
        f"an image {could} be {width} px wide, more than the {MAX_WIDTH} px allowed: take a "
        "shorter sequence, smaller gaps or a smaller height"
    )
