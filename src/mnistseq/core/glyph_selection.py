"""Which glyphs a sequence gets, and what part of each picture goes into the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Floats, Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.core.randomness import Stream
from mnistseq.core.resample import resample
from mnistseq.core.sequences import Sequences
from mnistseq.errors import LabelError

Crop: TypeAlias = Literal["cell", "ink"]


@dataclass(frozen=True, eq=False)
class GlyphCells:
    """Pictures, and which columns of each are the glyph's cell.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (P, height, width) or (P, height, width, 3)
        Ink on ground.
    ink : ndarray of int, shape (P, 4)
        Ink box of each, in pixels of its picture.
    offsets, widths : ndarray of int64, shape (P,)
        First column of the cell, and how many it has.
    """

    pixels: Pixels
    ink: Ints
    offsets: Ints
    widths: Ints

    @classmethod
    def of(cls, bank: GlyphBank) -> GlyphCells:
        """The whole bank, no pixel moved."""
        return cls(bank.pixels, bank.ink, np.zeros(len(bank), dtype=np.int64), bank.widths)

    @property
    def height(self) -> int:
        """Height of every picture, in pixels."""
        return int(self.pixels.shape[1])

    def cropped(self) -> GlyphCells:
        """The cells narrowed to their ink; one without ink stays as it is."""
        inked = self.ink[:, 2] > self.ink[:, 0]
        offsets = np.where(inked, self.ink[:, 0], self.offsets).astype(np.int64)
        widths = np.where(inked, self.ink[:, 2] - offsets, self.widths)
        return replace(self, offsets=offsets, widths=widths)

    def scaled(self, height: int) -> GlyphCells:
        """Everything scaled to `height`, the width with it; cells begin at their picture's edge."""
        if height == self.height:
            return self
        old = self.pixels.shape[2]
        width = max(1, round(old * height / self.height))
        pixels = resample(resample(self.pixels, 1, height), 2, width)
        ink = ink_boxes(pixels)
        # Smoothing carries ink up to a pixel past a scaled edge: the cell holds all of it.
        widths = np.maximum(-(-self.widths * width // old), ink[:, 2])
        return GlyphCells(pixels, ink, np.zeros_like(widths), widths)


@dataclass(frozen=True, eq=False)
class SelectedGlyphs:
    """The glyphs of a batch, one after the other: some members of a pool of cells."""

    pool: GlyphCells
    members: Ints

    @property
    def widths(self) -> Ints:
        """Width of each glyph's cell, in pixels: int64, shape (N,)."""
        return self.pool.widths.take(self.members)

    @property
    def offsets(self) -> Ints:
        """Where in its picture each glyph's cell begins: int64, shape (N,)."""
        return self.pool.offsets.take(self.members)

    @property
    def ink(self) -> Ints:
        """Ink box of each glyph, in pixels of its picture: int64, shape (N, 4)."""
        return self.pool.ink.take(self.members, axis=0).astype(np.int64)

    def pixels(self, part: slice = slice(None)) -> Pixels:
        """The pictures of some of the glyphs."""
        return self.pool.pixels.take(self.members[part], axis=0)

    def gathered(self) -> GlyphCells:
        """A pool of just these glyphs, in their order."""
        return GlyphCells(self.pixels(), self.ink, self.offsets, self.widths)


def choose_any(bank: GlyphBank, sequences: Sequences, stream: Stream) -> Ints:
    """Choose each glyph uniformly among all of its label: ids, int64, shape (N,)."""
    index = bank.by_label
    number = index.number.take(sequences.codes)
    if not number.all():
        missing = bank.alphabet[sequences.codes[number == 0][0]]
        raise LabelError(f"source {bank.name} has the label {missing!r} but no glyph of it")
    steps = (_one_each(sequences, stream.of("glyph")) * number).astype(np.int64)
    return index.ids.take(index.first.take(sequences.codes) + steps)


def choose_by_one_writer(bank: GlyphBank, sequences: Sequences, stream: Stream) -> Ints:
    """Choose one writer a sample, uniformly among those that wrote all its labels, then its glyphs.

    Returns
    -------
    ndarray of int64, shape (N,)
        Glyph ids.
    """
    by_writer = bank.by_writer
    # The name of the purpose decides the words: it is part of the algorithm and stays.
    chances = stream.of("hand").uniform(1)[:, 0]
    writers = np.empty(len(sequences), dtype=np.int64)
    for sample, (first, length) in enumerate(zip(sequences.first, sequences.lengths, strict=True)):
        codes = sequences.codes[first : first + length]
        able = np.flatnonzero(by_writer.wrote[:, codes].all(axis=1))
        if not len(able):
            labels = ", ".join(bank.alphabet[code] for code in np.unique(codes))
            raise LabelError(
                f"no writer in source {bank.name} wrote all of {labels}: take a sequence of "
                "fewer labels, or source.writer any"
            )
        writers[sample] = able[int(chances[sample] * len(able))]
    index = by_writer.index
    rows = writers[sequences.owner] * by_writer.labels + sequences.codes
    steps = _one_each(sequences, stream.of("glyph")) * index.number[rows]
    ids: Ints = index.ids.take(index.first.take(rows) + steps.astype(np.int64))
    return ids


def _one_each(sequences: Sequences, stream: Stream) -> Floats:
    """One uniform number for each glyph, flat: word l of its sample for the glyph at place l."""
    longest = int(sequences.lengths.max())
    uniforms = stream.uniform(longest)
    if len(sequences.codes) == uniforms.size:
        return uniforms.ravel()
    return uniforms[np.arange(longest) < sequences.lengths[:, None]]
