"""Layout: the position of every glyph and its boxes, computed from gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mnistseq.core.array_types import Floats, Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gap_rule import Align, GapRule
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import ArgumentError, PluginError


@dataclass(frozen=True, eq=False, repr=False)
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
        Height of every image in pixels; None means that of the line.
    """

    x: Ints
    cell_widths: Ints
    height: int
    widths: Ints
    y: Ints | int = 0
    canvas_height: int | None = None

    def on_canvas(self, height: int, y: Ints) -> Layout:
        """Return the layout in higher images, with the upper edge of each cell at row `y`."""
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
        """Convert ink boxes from pixels of the picture to pixels of the image: int64, shape (N, 4).

        Parameters
        ----------
        ink : ndarray of int64, shape (N, 4)
            Ink box of each glyph in its picture; all 0 without ink, which stays so.
        offsets : ndarray of int64, shape (N,)
            First column of each glyph's cell in its picture.
        """
        inked = ink[:, 2] > ink[:, 0]
        across, down = (self.x - offsets) * inked, self.y * inked
        moved = np.empty_like(ink)
        for column, shift in enumerate((across, down, across, down)):
            np.add(ink[:, column], shift, out=moved[:, column])
        return moved


def arrange(
    rule: GapRule,
    sequences: Sequences,
    cell_widths: Ints,
    height: int,
    stream: Stream,
    least: Ints | None = None,
) -> Layout:
    """Draw the gaps of a batch and compute the position of every glyph.

    Parameters
    ----------
    rule : GapRule
    sequences : Sequences
    cell_widths : ndarray of int64, shape (N,)
        In pixels.
    height : int
        In pixels.
    stream : Stream
    least : ndarray of int64, shape (N,), optional
        Smallest gap before each glyph that hides no glyph, in pixels: see `least_gaps`. By
        default, no gap of the rule hides one.
    """
    first, lengths = sequences.first, sequences.lengths
    content = np.add.reduceat(cell_widths, first)
    before, total = _gaps_before(rule, sequences, content, stream.of("gap"), least)
    asked = rule.line_width
    widths = total if asked is None else np.full(len(total), asked, dtype=np.int64)
    check_width(int(widths.max()))
    margins = _left_margins(rule.align, widths - total, stream.of("align"))
    ends = np.cumsum(before + cell_widths)
    starts = ends - cell_widths
    x = starts + np.repeat(margins + (before - starts)[first], lengths)
    return Layout(x, cell_widths, height, widths)


def _gaps_before(
    rule: GapRule, sequences: Sequences, content: Ints, stream: Stream, least: Ints | None
) -> tuple[Ints, Ints]:
    """Return the gap before each glyph, shape (N,), and the width of each line, shape (B,)."""
    first, lengths = sequences.first, sequences.lengths
    edge = rule.subtype == "edge"
    before = np.zeros(len(sequences.codes), dtype=np.int64)
    if lengths.min() == lengths.max():
        pairs = None if least is None else least.reshape(len(lengths), -1)[:, 1:]
        gaps = draw_gaps(rule, int(lengths[0]), content, stream, pairs)
        rows = before.reshape(len(lengths), -1)
        rows[:, 0 if edge else 1 :] = gaps[:, : rows.shape[1]]
        return before, content + gaps.sum(axis=1)
    total = content.copy()
    for length in np.unique(lengths):
        chosen = np.flatnonzero(lengths == length)
        pairs = None
        if least is not None:
            pairs = least[first[chosen, None] + np.arange(1, length)]
        gaps = draw_gaps(rule, int(length), content[chosen], stream.at(chosen), pairs)
        glyphs = first[chosen, None] + np.arange(0 if edge else 1, length)
        before[glyphs] = gaps[:, :length]
        total[chosen] += gaps.sum(axis=1)
    return before, total


def draw_gaps(
    rule: GapRule, length: int, content: Ints, stream: Stream, least: Ints | None = None
) -> Ints:
    """Draw the gaps of sequences of one length.

    Parameters
    ----------
    rule : GapRule
    length : int
        Number of glyphs in each sequence.
    content : ndarray of int64, shape (B,)
        Total width of each sequence's glyphs, in pixels.
    stream : Stream
    least : ndarray of int64, shape (B, length - 1), optional
        Smallest gap of each pair that hides no glyph; by default, no gap of the rule hides one.

    Returns
    -------
    ndarray of int64, shape (B, gaps)
        Has no columns if the line has no gaps.

    Raises
    ------
    SpacingError
        If no gaps meet the rule.
    PluginError
        If the spacing fails in another way, or its gaps violate the rule.
    """
    parts = rule.requests(length, content, least)
    if len(parts) == 1:
        return _called(rule.spacing, parts[0][1], stream)
    gaps = np.empty((len(content), rule.count(length)), dtype=np.int64)
    for rows, request in parts:
        gaps[rows] = _called(rule.spacing, request, stream.at(rows))
    return gaps


def _called(spacing: Spacing, request: GapRequest, stream: Stream) -> Ints:
    """Call a spacing, and return its gaps after checking them."""
    if not request.count:
        request.check()
        return np.zeros((len(request.content), 0), dtype=np.int64)
    with component_errors("spacing", spacing.name):
        gaps = spacing.gaps(request, stream)
    _check_gaps(gaps, request, spacing.name)
    return gaps.astype(np.int64, copy=False)


def _check_gaps(gaps: Any, request: GapRequest, name: str) -> None:
    """Raise PluginError for gaps that would move a glyph out of its image or make a box wrong."""
    wanted = (len(request.content), request.count)
    given = getattr(gaps, "dtype", type(gaps).__name__)
    if not (isinstance(gaps, np.ndarray) and np.issubdtype(gaps.dtype, np.integer)):
        raise PluginError(f"spacing {name} gave gaps of type {given}, not an array of int64")
    if gaps.shape != wanted:
        raise PluginError(f"spacing {name} gave gaps of shape {gaps.shape}, not {wanted}")
    low, high = int(gaps.min()), int(gaps.max())
    least, most = request.minimums, request.maximums
    if least is not None and most is not None and ((gaps < least) | (gaps > most)).any():
        raise PluginError(f"spacing {name} gave gaps outside the range of their pair")
    if least is None and (low < request.minimum or high > request.maximum):
        raise PluginError(
            f"spacing {name} gave gaps of {low} to {high} px, where {request.minimum} to "
            f"{request.maximum} were asked for"
        )
    if request.room is not None and (gaps.sum(axis=1) > request.room).any():
        raise PluginError(f"spacing {name} gave gaps that add up to more than there is room for")


def _left_margins(align: Align, free: Ints, stream: Stream) -> Ints:
    """Return how many of the free columns of each image are to the left of its line."""
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
    """Return the message for an image that would, or could, be wider than `MAX_WIDTH`."""
    return (
        f"an image {could} be {width} px wide, more than the {MAX_WIDTH} px allowed: take a "
        "shorter sequence, smaller gaps or a smaller height"
    )
