"""Composer: runs all stages of drawing, in order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from mnistseq.core.apply_transforms import (
    first_motions,
    glyph_stream,
    transform_glyphs,
    transform_images,
)
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.batch_painting import paint_batch
from mnistseq.core.canvas import CanvasRule
from mnistseq.core.cell_widths import CellWidths
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_cells import Crop, GlyphCells, SelectedGlyphs
from mnistseq.core.glyph_selection import Writer, choose_glyphs
from mnistseq.core.layout import Layout, arrange, check_width
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.motion import Motion
from mnistseq.core.overlap_limits import least_gaps
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import Stream
from mnistseq.core.samples import Sample, SampleBatch
from mnistseq.core.sequences import SequenceLike, Sequences, encode
from mnistseq.core.stretch import stretch_boxes, stretch_images
from mnistseq.errors import ArgumentError, LabelError, RequestError
from mnistseq.messages import plural

if TYPE_CHECKING:
    from mnistseq.core.pen import Pen
    from mnistseq.core.segmentation import Segmentation

Polarity: TypeAlias = Literal["dark-on-light", "light-on-dark"]


@dataclass(frozen=True, eq=False, repr=False)
class Composer:
    """Draws samples from a glyph bank, with a spacing and transforms; frozen and pure.

    Parameters
    ----------
    bank : GlyphBank
    gaps : GapRule
    height : int, optional
        Height in pixels to which glyphs are scaled; by default that of the bank.
    crop : {'cell', 'ink'}
        Whether gaps are measured between cells or between ink.
    polarity : {'dark-on-light', 'light-on-dark'}
    writer : {'any', 'one'}
        Whether glyphs of a sample may come from any writers or must come from one.
    pen : Pen, optional
        Draws the glyphs of a bank of pen paths.
    glyph_transforms : tuple of GlyphTransform
        Applied to each glyph before spacing, in order.
    canvas : CanvasRule
        Height of the images, and position of the line in them.
    canvas_transforms : tuple of CanvasTransform
        Applied to each image after painting, in order.

    Raises
    ------
    ArgumentError
        If the canvas is lower than the line, a canvas transform does not support the polarity,
        the pen is too thin for the height, or the bank has pen paths but there is no pen, or
        vice versa.
    """

    bank: GlyphBank
    gaps: GapRule
    height: int | None = None
    crop: Crop = "cell"
    polarity: Polarity = "dark-on-light"
    writer: Writer = "any"
    pen: Pen | None = None
    glyph_transforms: tuple[GlyphTransform, ...] = ()
    canvas: CanvasRule = field(default_factory=CanvasRule)
    canvas_transforms: tuple[CanvasTransform, ...] = ()

    def __post_init__(self) -> None:
        if self.bank.paths and self.pen is None:
            raise ArgumentError(
                f"source {self.bank.name} has pen paths, which only a pen draws: set image.pen, "
                "such as 0.03-0.08"
            )
        if self.pen is not None and not self.bank.paths:
            raise ArgumentError(
                f"source {self.bank.name} has pictures, which no pen draws; "
                "build_composer makes paths of them"
            )
        if self.pen is not None:
            self.pen.check(self.line_height)
        self.canvas.check(self.line_height)
        for transform in self.canvas_transforms:
            with component_errors("canvas transform", transform.name):
                transform.check_polarity(light_on_dark=self.polarity == "light-on-dark")

    def __repr__(self) -> str:
        """``<Composer: bank mnist, variable gaps 0 to 20 px, height 28 px>``"""
        gaps = f"{self.gaps.spacing.name} gaps {self.gaps.minimum} to {self.gaps.maximum} px"
        return f"<Composer: bank {self.bank.name}, {gaps}, height {self.line_height} px>"

    def _repr_html_(self) -> str:
        """Three samples of seed 0, for notebooks; shorter ones where longer ones do not fit."""
        from mnistseq.core.notebook import figures_html

        samples: list[Sample] = []
        for length in (5, 3, 1):
            with suppress(RequestError):
                samples = [*self.compose(self._examples(length), 0)]
                break
        return figures_html(
            ((sample.to_pil(), sample.text) for sample in samples), repr(self).strip("<>")
        )

    def _examples(self, length: int) -> list[list[str]]:
        labels = self.bank.alphabet
        return [[labels[(first + k) % len(labels)] for k in range(length)] for first in (0, 3, 6)]

    def __getstate__(self) -> dict[str, Any]:
        # Cached values are large and can be computed again.
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def compose(
        self,
        labels: Sequence[SequenceLike] | Sequences,
        seed: int,
        start: int = 0,
        gaps: GapRule | None = None,
        indices: Sequence[int] | Ints | None = None,
        *,
        masks: bool = False,
    ) -> SampleBatch:
        """Draw one sample for each sequence.

        Parameters
        ----------
        labels : sequence of str or of iterables
            The sequences: ``["350", "12"]``, ``["cat,dog"]``, ``[[3, 5, 0]]``; or codes of labels.
        seed : int
            0 to 2**64 - 1.
        start : int
            Index of the first sample. A sample is the same in every batch.
        gaps : GapRule, optional
            Replaces the composer's own rule for these samples.
        indices : sequence of int, optional
            Index of each sample, if they are not consecutive from `start`.
        masks : bool
            Whether to compute masks and cell corners, which takes time.

        Raises
        ------
        LabelError
            If a sequence is empty or contains a label that the source does not have.
        SpacingError
            If no gaps meet the rule.
        PluginError
            If masks are requested and a canvas transform cannot move them.
        """
        gaps = gaps or self.gaps
        alphabet = self.bank.alphabet
        sequences = labels if isinstance(labels, Sequences) else encode(labels, alphabet)
        stream = _stream(seed, start, len(sequences), indices)
        ids, glyphs, layout = self.plan(sequences, stream, gaps)
        images, boxes = self._painted(sequences, glyphs, layout, gaps)
        segmentation = _segmentation(sequences, glyphs, layout, gaps) if masks else None
        del glyphs  # which may be as large as the images
        if self.canvas_transforms:
            inverted = self.polarity != "dark-on-light"
            # Handed over, so that nothing keeps the painted images while they are changed.
            painted = [images]
            del images
            images, boxes, segmentation = transform_images(
                self.canvas_transforms,
                painted.pop(),
                boxes,
                sequences.owner,
                stream,
                line_height=self.line_height,
                inverted=inverted,
                segmentation=segmentation,
            )
            images = _inverted(images) if inverted else images
        return SampleBatch(
            images=images,
            sequences=sequences,
            alphabet=alphabet,
            flat_boxes=boxes[0],
            flat_ink_boxes=boxes[1],
            flat_glyph_ids=ids,
            flat_writers=None if self.bank.writers is None else self.bank.writers[ids],
            seed=stream.seed,
            start=stream.start,
            indices=None if indices is None else stream.indices,
            masks=None if segmentation is None else segmentation.masks,
            flat_quads=None if segmentation is None else segmentation.quads,
        )

    def plan(
        self, sequences: Sequences, stream: Stream, gaps: GapRule | None = None
    ) -> tuple[Ints, SelectedGlyphs, Layout]:
        """Choose glyphs and their positions without painting.

        Returns
        -------
        ids : ndarray of int64, shape (N,)
            Glyph ids in the bank.
        glyphs : SelectedGlyphs
        layout : Layout
        """
        gaps = gaps or self.gaps
        if not len(sequences):
            raise LabelError("there is no sequence to draw: give at least one")
        ids = choose_glyphs(self.bank, sequences, stream, self.writer)
        if self.glyph_transforms or self._scaled or self.pen is not None:
            glyphs = self._changed(ids, sequences, stream, gaps)
        else:
            glyphs = SelectedGlyphs(self.cells, ids)
        least = None
        if gaps.minimum < 0 and gaps.minimum < self.cell_widths.any_least_gap.high:
            least = least_gaps(gaps.minimum, sequences, glyphs)
        layout = arrange(gaps, sequences, glyphs.widths, glyphs.pool.height, stream, least)
        if self.image_height != self.line_height:
            tops = self.canvas.tops(self.line_height, stream)
            layout = layout.on_canvas(self.image_height, tops[sequences.owner])
        return ids, glyphs, layout

    def _changed(
        self, ids: Ints, sequences: Sequences, stream: Stream, gaps: GapRule
    ) -> SelectedGlyphs:
        """Scale, draw and transform glyphs; transforms come last, to work in pixels of the image.

        A pen draws paths that the first of them have moved.
        """
        cells = SelectedGlyphs(GlyphCells.of(self.bank), ids).gathered()
        if self._scaled:
            self._check_scaled_width(cells, sequences, gaps)
        motions: list[Motion] = []
        if self.pen is not None:
            height, words = self.line_height, glyph_stream(stream.of("pen"), sequences)
            motions = first_motions(self.glyph_transforms, height, sequences, stream)
            cells = cells.drawn(self.pen, height, words, motions, self.crop)
        elif self._scaled:
            cells = cells.scaled(self.line_height)
        cells = transform_glyphs(self.glyph_transforms, cells, sequences, stream, len(motions))
        return SelectedGlyphs(self._cropped(cells), np.arange(len(ids)))

    def _check_scaled_width(self, cells: GlyphCells, sequences: Sequences, gaps: GapRule) -> None:
        """Refuse lines too wide for an image before their pictures fill memory."""
        if cells.picture_width(self.line_height) * int(sequences.lengths.max()) <= MAX_WIDTH:
            return
        if self.crop == "ink" and self.glyph_transforms:
            return  # transforms may make ink narrower
        moved = bool(self.glyph_transforms)
        low = cells.width_bounds(self.line_height, self.crop, self.pen, moved=moved).low
        content = np.add.reduceat(low, sequences.first).tolist()
        lengths = sequences.lengths.tolist()
        for width, length in zip(content, lengths, strict=True):
            check_width(width + gaps.count(length) * gaps.minimum)

    def _painted(
        self, sequences: Sequences, glyphs: SelectedGlyphs, layout: Layout, gaps: GapRule
    ) -> tuple[Pixels | list[Pixels], tuple[Ints, Ints]]:
        """Paint the lines, stretched if the rule asks for it; return images, cell boxes and ink boxes."""
        boxes = layout.boxes, layout.ink_boxes(glyphs.ink, glyphs.offsets)
        dark = self.polarity == "dark-on-light" or bool(self.canvas_transforms)
        width = gaps.stretch_to
        # Lines to be stretched are painted as ink on 0 and inverted afterwards.
        images = paint_batch(
            sequences,
            glyphs,
            layout,
            disjoint=gaps.minimum >= 0,
            dark=dark and width is None,
            shared=bool(self.canvas_transforms),
        )
        if width is not None:
            images = stretch_images(images, width)
            boxes = stretch_boxes(boxes, layout.widths[sequences.owner], width)
            images = _inverted(images) if dark else images
        return images, boxes

    @property
    def line_height(self) -> int:
        """Height of a painted line, in pixels."""
        return self.height or self.bank.height

    @property
    def image_height(self) -> int:
        """Height of an image, in pixels."""
        return self.canvas.height or self.line_height

    @property
    def _scaled(self) -> bool:
        return self.line_height != self.bank.height

    @cached_property
    def cells(self) -> GlyphCells:
        """The bank's glyphs as placed in a line, before any scaling."""
        return self._cropped(GlyphCells.of(self.bank))

    def _cropped(self, cells: GlyphCells) -> GlyphCells:
        return cells.cropped() if self.crop == "ink" else cells

    @cached_property
    def cell_widths(self) -> CellWidths:
        """How wide the bank's glyphs can be in a line."""
        transformed = bool(self.glyph_transforms)
        return CellWidths(self.bank, self.line_height, self.crop, transformed, self.pen)


def _stream(seed: int, start: int, count: int, indices: Sequence[int] | Ints | None) -> Stream:
    """Return the stream of consecutive samples, or of those with the given indices."""
    if indices is None:
        return Stream(seed, start, count)
    if len(indices) != count:
        raise ArgumentError(
            f"{plural(count, 'sequence')} and {plural(len(indices), 'index', 'indices')}: give one "
            "index for each sequence"
        )
    return Stream.of_indices(seed, np.asarray(indices, dtype=np.int64))


def _segmentation(
    sequences: Sequences, glyphs: SelectedGlyphs, layout: Layout, gaps: GapRule
) -> Segmentation:
    from mnistseq.core.segmentation import Segmentation  # most data sets have no masks

    return Segmentation.painted(sequences, glyphs, layout, gaps.stretch_to)


def _inverted(images: Pixels | list[Pixels]) -> Pixels | list[Pixels]:
    if isinstance(images, list):
        return [np.bitwise_not(image) for image in images]
    return np.bitwise_not(images)
