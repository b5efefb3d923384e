"""Choose the glyphs of each sequence."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Floats, Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import Stream
from mnistseq.core.resample import blocks
from mnistseq.core.sequences import Sequences
from mnistseq.errors import LabelError
from mnistseq.messages import listed

Writer: TypeAlias = Literal["any", "one"]

_BLOCK = 1 << 20
"""Writers of samples that are compared at a time."""


def choose_glyphs(bank: GlyphBank, sequences: Sequences, stream: Stream, writer: Writer) -> Ints:
    """Choose a glyph for each label.

    Parameters
    ----------
    bank : GlyphBank
    sequences : Sequences
    stream : Stream
    writer : {'any', 'one'}
        any: each glyph is chosen uniformly among all glyphs of its label. one: the
        writer of a sample is chosen uniformly among those who wrote all its labels, and
        each glyph among that writer's. Labels without known writers may have any glyph.
        If the sources of a bank have weights, the source is always chosen first.

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
        writers = _writers(bank, sequences, stream)
        index, rows = bank.by_writer.index, bank.by_writer.rows(writers, sequences.codes)
    if not index.number.take(rows).all():
        check_labels(bank, sequences.codes, "any")
    return index.choose(rows, _one_each(sequences, stream.of("glyph")))


def check_labels(bank: GlyphBank, codes: Ints, writer: Writer) -> None:
    """Raise LabelError if no sample can have all these labels."""
    missing = codes[bank.by_label.number[codes] == 0]
    if len(missing):
        label = bank.alphabet[missing[0]]
        raise LabelError(f"source {bank.name} has the label {label!r} but no glyph of it")
    if writer == "one" and not bank.by_writer.able(codes, np.zeros_like(codes), 1).any():
        raise LabelError(
            f"no writer in source {bank.name} wrote all of "
            f"{listed(bank.alphabet[code] for code in np.unique(codes))}: take a sequence with "
            "fewer different labels, or source.writer any"
        )


def _writers(bank: GlyphBank, sequences: Sequences, stream: Stream) -> Ints:
    """Choose the writer of each sample; return it for each glyph: int64, shape (N,)."""
    # The random words depend on the name of the purpose: renaming it would change every image.
    chances = stream.of("hand").uniform(1)[:, 0]
    ends, index = np.cumsum(sequences.lengths), bank.by_writer
    writers = np.empty(len(sequences), dtype=np.int64)
    for part in blocks(len(sequences), max(1, _BLOCK // max(1, len(index.writers)))):
        first = ends[part.start] - sequences.lengths[part.start]
        codes = sequences.codes[first : ends[part.stop - 1]]
        owner = np.repeat(np.arange(part.stop - part.start), sequences.lengths[part])
        able = index.able(codes, owner, part.stop - part.start)
        lacking = np.flatnonzero(~able.any(axis=1))
        if len(lacking):
            check_labels(bank, codes[owner == lacking[0]], "one")
        writers[part] = index.choose(able, chances[part])
    return writers[sequences.owner]


def _one_each(sequences: Sequences, stream: Stream) -> Floats:
    """Return a uniform number for each glyph: word p of its sample, for position p."""
    longest = int(sequences.lengths.max())
    uniforms = stream.uniform(longest)
    if len(sequences.codes) == uniforms.size:
        return uniforms.ravel()
    return uniforms[np.arange(longest) < sequences.lengths[:, None]]
