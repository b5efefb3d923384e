"""Which glyphs a sequence gets."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Floats, Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import LabelError
from mnistseq.messages import listed

Writer: TypeAlias = Literal["any", "one"]


def choose_glyphs(bank: GlyphBank, sequences: Sequences, stream: Stream, writer: Writer) -> Ints:
    """Choose a glyph for each label.

    Parameters
    ----------
    bank : GlyphBank
    sequences : Sequences
    stream : Stream
    writer : {'any', 'one'}
        any: each glyph is uniform among all of its label. one: the writer of a
        sample is uniform among those that wrote all its labels, and so are the
        glyphs among that writer's.

    Returns
    -------
    ndarray of int64, shape (N,)
        Glyph ids.

    Raises
    ------
    LabelError
        If the bank has no glyph of a label, or no writer wrote all labels of a sample.
    """
    if writer == "any":
        index, rows = bank.by_label, sequences.codes
    else:
        index = bank.by_writer.index
        rows = _writers(bank, sequences, stream) * bank.by_writer.labels + sequences.codes
    number = index.number.take(rows)
    if not number.all():
        check_labels(bank, sequences.codes, "any")
    steps = (_one_each(sequences, stream.of("glyph")) * number).astype(np.int64)
    return index.ids.take(index.first.take(rows) + steps)


def check_labels(bank: GlyphBank, codes: Ints, writer: Writer) -> None:
    """Raise LabelError where no sample can have all these labels."""
    missing = codes[bank.by_label.number[codes] == 0]
    if len(missing):
        label = bank.alphabet[missing[0]]
        raise LabelError(f"source {bank.name} has the label {label!r} but no glyph of it")
    if writer == "one" and not len(_able(bank, codes)):
        raise LabelError(
            f"no writer in source {bank.name} wrote all of "
            f"{listed(bank.alphabet[code] for code in np.unique(codes))}: take a sequence with "
            "fewer different labels, or source.writer any"
        )


def _writers(bank: GlyphBank, sequences: Sequences, stream: Stream) -> Ints:
    """Choose the writer of each sample; return it for each glyph: int64, shape (N,)."""
    # The name of the purpose decides the random words: changing it would change every image.
    chances = stream.of("hand").uniform(1)[:, 0]
    writers = np.empty(len(sequences), dtype=np.int64)
    for sample, (first, length) in enumerate(zip(sequences.first, sequences.lengths, strict=True)):
        codes = sequences.codes[first : first + length]
        able = _able(bank, codes)
        if not len(able):
            check_labels(bank, codes, "one")
        writers[sample] = able[int(chances[sample] * len(able))]
    return writers[sequences.owner]


def _able(bank: GlyphBank, codes: Ints) -> Ints:
    """Return the writers that wrote all of these labels, as rows of the writer index."""
    return np.flatnonzero(bank.by_writer.wrote[:, codes].all(axis=1))


def _one_each(sequences: Sequences, stream: Stream) -> Floats:
    """Return a uniform number for each glyph: word p of its sample for the glyph at position p."""
    longest = int(sequences.lengths.max())
    uniforms = stream.uniform(longest)
    if len(sequences.codes) == uniforms.size:
        return uniforms.ravel()
    return uniforms[np.arange(longest) < sequences.lengths[:, None]]
