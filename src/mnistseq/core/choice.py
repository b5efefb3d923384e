"""Which picture of each label is drawn."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Floats, Ints
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import LabelError


def choose_any(bank: GlyphBank, sequences: Sequences, stream: Stream) -> Ints:
    """Choose each glyph uniformly among all of its label: ids, int64, shape (N,)."""
    index = bank.by_label
    number = index.number.take(sequences.codes)
    if not number.all():
        missing = bank.alphabet[sequences.codes[number == 0][0]]
        raise LabelError(f"source {bank.name} has the label {missing!r} but no glyph of it")
    steps = (_one_each(sequences, stream.of("glyph")) * number).astype(np.int64)
    return index.ids.take(index.first.take(sequences.codes) + steps)


def choose_by_one_hand(bank: GlyphBank, sequences: Sequences, stream: Stream) -> Ints:
    """Choose one hand a sample, uniformly among those that wrote all its labels, then its glyphs.

    Returns
    -------
    ndarray of int64, shape (N,)
        Glyph ids.
    """
    by_hand = bank.by_hand
    chances = stream.of("hand").uniform(1)[:, 0]
    hands = np.empty(len(sequences), dtype=np.int64)
    for sample, (first, length) in enumerate(zip(sequences.first, sequences.lengths, strict=True)):
        codes = sequences.codes[first : first + length]
        able = np.flatnonzero(by_hand.wrote[:, codes].all(axis=1))
        if not len(able):
            labels = ", ".join(bank.alphabet[code] for code in np.unique(codes))
            raise LabelError(
                f"no one person in source {bank.name} wrote all of {labels}: take a sequence of "
                "fewer labels, or source.hand any"
            )
        hands[sample] = able[int(chances[sample] * len(able))]
    index = by_hand.index
    rows = hands[sequences.owner] * by_hand.labels + sequences.codes
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
