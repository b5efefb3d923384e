"""Composer: the stages in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.apply_transforms import transform_glyphs, transform_images
from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.batch_painting import paint_batch
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_selection import (
    Crop,
    GlyphCells,
    SelectedGlyphs,
    choose_any,
    choose_by_one_writer,
)
from mnistseq.core.layout import GapRule, Layout, arrange, check_width
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import Stream
from mnistseq.core.samples import SampleBatch
from mnistseq.core.sequences import SequenceLike, Sequences, encode
from mnistseq.core.stretch import stretch_boxes, stretch_images
from mnistseq.errors import LabelError, SpacingError

Polarity: TypeAlias = Literal["dark-on-light", "light-on-dark"]
Writer: TypeAlias = Literal["any", "one"]


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
    writer : {'any', 'one'}
        Whether all glyphs of a sample have to be by one person.
    glyph_transforms : tuple of GlyphTransform
        What changes each glyph before it is spaced, in order.
    canvas_transforms : tuple of CanvasTransform
        What changes each finished image, in order.
    """

    bank: GlyphBank
    gaps: GapRule
    height: int | None = None
    stretch_to: int | None = None
    crop: Crop = "cell"
    polarity: Polarity = "dark-on-light"
    writer: Writer = "any"
    glyph_transforms: tuple[GlyphTransform, ...] = ()
    canvas_transforms: tuple[CanvasTransform, ...] = ()

    def compose(
        self, labels: Sequence[SequenceLike] | Sequences, seed: int, start: int = 0
    ) -> SampleBatch:
        """Draw one sample for each sequence.

        Parameters
        ----------
        labels : sequence of str or of iterables
            What to write: ``["350", "12"]``, ``["cat,dog"]``, ``[[3, 5, 0]]``; or codes of labels.
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
        known = self.bank.alphabet
        sequences = labels if isinstance(labels, Sequences) else encode(labels, known)
        stream = Stream(seed, start, len(sequences))
        ids, picked, layout = self.plan(sequences, stream)
        boxes = layout.boxes, layout.around(picked.ink, picked.offsets)
        owner = sequences.owner
        dark = self.polarity == "dark-on-light" or bool(self.canvas_transforms)
        # What is to be scaled is scaled as ink, and inverted afterwards.
        drawn_dark = dark and self.stretch_to is None
        images = paint_batch(
            sequences, picked, layout, apart=self.gaps.minimum >= 0, dark=drawn_dark
        )
        if self.stretch_to is not None:
            images = stretch_images(images, self.stretch_to)
            boxes = stretch_boxes(boxes, layout.widths[owner], self.stretch_to)
        if dark != drawn_dark:
            images = _inverted(images)
        if self.canvas_transforms:
            images, boxes = transform_images(self.canvas_transforms, images, boxes, owner, stream)
            if self.polarity != "dark-on-light":
                images = _inverted(images)
        return SampleBatch(
            images=images,
            sequences=sequences,
            alphabet=self.bank.alphabet,
            flat_boxes=boxes[0],
            flat_ink_boxes=boxes[1],
            flat_glyph_ids=ids,
            flat_writers=None if self.bank.writers is None else self.bank.writers[ids],
            seed=stream.seed,
            start=stream.start,
        )

    def plan(self, sequences: Sequences, stream: Stream) -> tuple[Ints, SelectedGlyphs, Layout]:
        """Choose the glyphs and place them, before any image is painted.

        Returns
        -------
        ids : ndarray of int64, shape (N,)
            Glyph ids in the bank.
        picked : SelectedGlyphs
        layout : Layout
        """
        if not len(sequences):
            raise LabelError("there is no sequence to draw: give at least one")
        self._check_overlap(sequences)
        choose = choose_by_one_writer if self.writer == "one" else choose_any
        ids = choose(self.bank, sequences, stream)
        picked = SelectedGlyphs(self.cells, ids)
        if self.glyph_transforms or self.height not in (None, self.bank.height):
            if self.height is not None:
                # Before the pictures are scaled, which may take more memory than there is.
                widths = picked.widths * self.height // self.bank.height
                check_width(int(np.add.reduceat(widths, sequences.first).max()))
            picked = self._changed(ids, sequences, stream)
        layout = arrange(self.gaps, sequences, picked.widths, picked.pool.height, stream)
        return ids, picked, layout

    def _changed(self, ids: Ints, sequences: Sequences, stream: Stream) -> SelectedGlyphs:
        """Change glyphs: scaled first, so that a transform counts in pixels of the image."""
        cells = SelectedGlyphs(GlyphCells.of(self.bank), ids).gathered()
        if self.height is not None:
            cells = cells.scaled(self.height)
        if self.glyph_transforms:
            cells = transform_glyphs(self.glyph_transforms, cells, sequences, stream)
        return SelectedGlyphs(self._crop(cells), np.arange(len(ids)))

    @cached_property
    def cells(self) -> GlyphCells:
        """The bank's glyphs as they go into the line, before any scaling."""
        return self._crop(GlyphCells.of(self.bank))

    def _crop(self, cells: GlyphCells) -> GlyphCells:
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
        width = max(1, int(self._narrowest[sequences.codes].min() * scale))
        if least <= -width:
            raise SpacingError(
                f"a minimum gap of {least} px could hide a glyph of {width} px, the narrowest "
                f"there is for these labels: take a minimum of {1 - width} or more"
            )


def _inverted(images: Pixels | list[Pixels]) -> Pixels | list[Pixels]:
    if isinstance(images, list):
        return [np.bitwise_not(image) for image in images]
    return np.bitwise_not(images)
