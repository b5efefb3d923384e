"""Composer: the stages in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.choice import choose_any, choose_by_one_hand
from mnistseq.core.compose import paint
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.layout import GapRule, Layout, arrange
from mnistseq.core.picked import Cells, Crop, Picked
from mnistseq.core.randomness import Stream
from mnistseq.core.resample import resample, scaled_edges, scaled_reach
from mnistseq.core.samples import SampleBatch
from mnistseq.core.sequences import SequenceLike, Sequences, encode
from mnistseq.errors import LabelError, SpacingError

Polarity: TypeAlias = Literal["dark-on-light", "light-on-dark"]
Hand: TypeAlias = Literal["any", "one"]

_STRIPE_BYTES = 1_500_000
"""How much of the images is painted at a time: what stays in a core's cache."""


@dataclass(frozen=True, eq=False)
class Composer:
    """A glyph bank and the rules of a line, ready to draw; frozen and pure.

    Parameters
    ----------
    bank : GlyphBank
    gaps : GapRule
    height : int, optional
        Pixels; the glyphs are scaled. By default the bank's own.
    stretch_to : int, optional
        Width in pixels to which the finished line is scaled.
    crop : {'cell', 'ink'}
        What the gaps lie between: the glyphs' cells or their ink.
    polarity : {'dark-on-light', 'light-on-dark'}
    hand : {'any', 'one'}
        Whether all glyphs of a sample have to be by one person.
    """

    bank: GlyphBank
    gaps: GapRule
    height: int | None = None
    stretch_to: int | None = None
    crop: Crop = "cell"
    polarity: Polarity = "dark-on-light"
    hand: Hand = "any"

    def compose(self, labels: Sequence[SequenceLike], seed: int, start: int = 0) -> SampleBatch:
        """Draw one sample for each sequence.

        Parameters
        ----------
        labels : sequence of str or of iterables
            What to write: ``["350", "12"]``, ``["cat,dog"]``, ``[[3, 5, 0]]``.
        seed : int
            0 to 2**64 - 1.
        start : int
            Index of the first sample. Sample i of a seed is the same in whatever batch.

        Raises
        ------
        LabelError
            If a sequence is empty or has a label that the source lacks.
        SpacingError
            If the gaps cannot be as asked.
        """
        sequences = encode(labels, self.bank.alphabet)
        ids, picked, layout = self.plan(sequences, Stream(seed, start, len(sequences)))
        boxes, ink_boxes = layout.boxes, layout.around(picked.ink, picked.offsets)
        if self.stretch_to is not None:
            widths = layout.widths[sequences.owner]
            boxes = _stretched(
                boxes, scaled_edges(boxes[:, 0], boxes[:, 2], widths, self.stretch_to)
            )
            reach = scaled_reach(ink_boxes[:, 0], ink_boxes[:, 2], widths, self.stretch_to)
            ink_boxes = _stretched(ink_boxes, reach)
        return SampleBatch(
            images=self._paint(sequences, picked, layout),
            sequences=sequences,
            alphabet=self.bank.alphabet,
            flat_boxes=boxes,
            flat_ink_boxes=ink_boxes,
            flat_glyph_ids=ids,
            flat_hands=None if self.bank.hands is None else self.bank.hands[ids],
            seed=seed,
            start=start,
        )

    def plan(self, sequences: Sequences, stream: Stream) -> tuple[Ints, Picked, Layout]:
        """Choose the glyphs and place them, before any image is painted.

        Returns
        -------
        ids : ndarray of int64, shape (N,)
            Glyph ids in the bank.
        picked : Picked
        layout : Layout
        """
        if not len(sequences):
            raise LabelError("there is no sequence to draw: give at least one")
        self._check_overlap(sequences)
        choose = choose_by_one_hand if self.hand == "one" else choose_any
        ids = choose(self.bank, sequences, stream)
        picked = Picked(self.cells, ids)
        if self.height not in (None, self.bank.height):
            pool = self._crop(picked.gathered().scaled(self.height))
            picked = Picked(pool, np.arange(len(ids)))
        layout = arrange(self.gaps, sequences, picked.widths, picked.pool.height, stream)
        return ids, picked, layout

    @cached_property
    def cells(self) -> Cells:
        """The bank's glyphs as they go into the line, before any scaling."""
        return self._crop(Cells.of(self.bank))

    def _crop(self, cells: Cells) -> Cells:
        return cells.cropped() if self.crop == "ink" else cells

    @cached_property
    def _narrowest(self) -> Ints:
        """Least width of a cell of each label: int64, shape (labels,)."""
        widths = np.full(len(self.bank.alphabet), np.iinfo(np.int64).max)
        np.minimum.at(widths, self.bank.codes, self.cells.widths)
        return widths

    def _check_overlap(self, sequences: Sequences) -> None:
        """Refuse gaps so negative that a glyph could swallow its neighbour or leave the image."""
        least = self.gaps.minimum
        if least >= 0:
            return
        if self.gaps.subtype == "edge":
            raise SpacingError(
                f"a minimum gap of {least} px with subtype edge would push glyphs out of the "
                "image: take a minimum of 0 or more, or subtype between"
            )
        scale = 1.0 if self.height is None else self.height / self.bank.height
        width = int(self._narrowest[sequences.codes].min() * scale)
        if least <= -width:
            raise SpacingError(
                f"a minimum gap of {least} px could hide a glyph of {width} px, the narrowest "
                f"there is for these labels: take a minimum of {1 - width} or more"
            )

    def _paint(self, sequences: Sequences, picked: Picked, layout: Layout) -> Pixels | list[Pixels]:
        widths = layout.widths
        if self.stretch_to is not None:
            widths = np.full_like(widths, self.stretch_to)
        depth = picked.pool.pixels.shape[3:]
        height = picked.pool.height
        images: Pixels | list[Pixels] = [np.empty(0, np.uint8)] * len(widths)
        alike = bool((widths == widths[0]).all())
        if alike:
            images = np.empty((len(widths), height, int(widths[0]), *depth), np.uint8)
        # Where every cell is its whole picture, pictures overlap only if cells do.
        whole = bool((layout.cell_widths == picked.pool.pixels.shape[2]).all())
        apart = whole and self.gaps.minimum >= 0
        left = layout.x - picked.offsets
        pixels = height * int(np.prod(depth))
        for rows, part in _stripes(sequences, layout.widths, pixels):
            owner = np.repeat(np.arange(rows.stop - rows.start), sequences.lengths[rows])
            shape = rows.stop - rows.start, int(layout.widths[rows].max())
            canvas = paint(picked.pixels(part), owner, left[part], shape, apart=apart)
            if alike and self.stretch_to is None:
                self._tone(canvas, images[rows])  # type: ignore[arg-type]
                continue
            for row in range(rows.start, rows.stop):
                line = canvas[row - rows.start, :, : layout.widths[row]]
                if self.stretch_to is not None:
                    line = resample(line, 1, self.stretch_to)
                images[row] = self._tone(line)
        return images

    def _tone(self, ink: Pixels, out: Pixels | None = None) -> Pixels:
        """Ink → pixels of the final image, 0 black and 255 white."""
        if self.polarity == "dark-on-light":
            return np.bitwise_not(ink, out=out)
        return np.positive(ink, out=out)


def _stretched(boxes: Ints, edges: tuple[Ints, Ints]) -> Ints:
    return np.column_stack([edges[0], boxes[:, 1], edges[1], boxes[:, 3]])


def _stripes(sequences: Sequences, widths: Ints, height: int) -> Iterator[tuple[slice, slice]]:
    """Cut a batch in runs of samples that are painted together: (samples, their glyphs)."""
    each = max(1, _STRIPE_BYTES // (int(widths.max()) * height))
    ends = np.cumsum(sequences.lengths)
    for start in range(0, len(widths), each):
        stop = min(start + each, len(widths))
        yield (
            slice(start, stop),
            slice(int(ends[start] - sequences.lengths[start]), int(ends[stop - 1])),
        )
