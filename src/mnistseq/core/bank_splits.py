"""Divide the glyphs of a bank among the splits of a data set."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Flags, Floats, Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError
from mnistseq.messages import listed

Disjoint: TypeAlias = Literal["glyph", "writer", "text"]
"""What splits never share: glyphs, glyphs and writers, or glyphs and texts."""

_LISTED = 10


def split_bank(
    bank: GlyphBank, shares: tuple[tuple[str, float], ...], disjoint: Disjoint, seed: int
) -> dict[str, GlyphBank]:
    """Divide the glyphs of a bank among splits, so that no two share a glyph or a writer.

    Glyphs are divided label by label: each split gets its share of each label, to
    the nearest glyph. If divided by writer, each split gets its share of the writers, to
    the nearest writer, with all of their glyphs. Labels without any known writer are
    shared by all splits; other glyphs by unknown writers are divided as if each had a
    different writer.

    Parameters
    ----------
    bank : GlyphBank
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'writer', 'text'}
        What two splits never share. Glyphs are also divided for "text".
    seed : int
        Determines the split of each glyph or writer.

    Returns
    -------
    dict
        Name of each split → its part of the bank.

    Raises
    ------
    ArgumentError
        If a split would have no glyph of a label, or the source has no writer ids.
    """
    if len(shares) == 1:
        return {shares[0][0]: bank}
    glyphs = np.arange(len(bank)) if bank.members is None else bank.members
    shared = _shared(bank, glyphs, disjoint)
    common, glyphs = glyphs[shared], glyphs[~shared]
    owners, kinds = _units(bank, glyphs, disjoint)
    positions = _positions_in_kind(kinds, Stream(seed, 0, len(kinds), "split"))
    ends = np.cumsum([share for _, share in shares])
    chosen = np.searchsorted(ends[:-1], positions, side="right")[owners]
    banks = {}
    for number, (name, _) in enumerate(shares):
        part = bank.restricted(np.sort(np.concatenate([glyphs[chosen == number], common])))
        missing = np.flatnonzero((part.by_label.number == 0) & (bank.by_label.number > 0))
        if len(missing):
            labels = listed((bank.alphabet[code] for code in missing), _LISTED)
            raise ArgumentError(
                f"split {name} would have no glyph of {labels}: give it a larger share, or "
                "take a source with more glyphs"
            )
        banks[name] = part
    return banks


def _shared(bank: GlyphBank, glyphs: Ints, disjoint: Disjoint) -> Flags:
    """Return which glyphs all splits share: those of labels without any known writer."""
    if disjoint == "glyph" or bank.writers is None:
        return np.zeros(len(glyphs), dtype=np.bool_)
    return bank.by_writer.anonymous[bank.codes[glyphs]]


def _units(bank: GlyphBank, glyphs: Ints, disjoint: Disjoint) -> tuple[Ints, Ints]:
    """Return the unit of each glyph, and the kind of each unit; kinds are divided separately.

    A unit is a glyph, and its label the kind; or a writer, and all are of one kind.
    """
    if disjoint != "writer":
        return np.arange(len(glyphs)), bank.codes[glyphs]
    if bank.writers is None:
        raise ArgumentError(
            f"source {bank.name} has no writer ids, so splits cannot be disjoint "
            "by writer: take a source with writer ids, such as mnist, or splits disjoint by glyph"
        )
    known = bank.writers[glyphs] != UNKNOWN_WRITER
    writers, ranks = np.unique(bank.writers[glyphs[known]], return_inverse=True)
    owners = np.empty(len(glyphs), dtype=np.int64)
    owners[known] = ranks
    owners[~known] = len(writers) + np.arange(len(glyphs) - len(ranks))
    alone = 1 + bank.codes[glyphs[~known]]
    return owners, np.concatenate([np.zeros(len(writers), dtype=np.int64), alone])


def _positions_in_kind(kinds: Ints, stream: Stream) -> Floats:
    """Return a random position in 0 to 1 for each unit, evenly spaced within its kind."""
    order = np.lexsort((stream.words(1)[:, 0], kinds))
    number = np.bincount(kinds)
    first = np.cumsum(number) - number
    positions = np.empty(len(kinds))
    positions[order] = (np.arange(len(kinds)) - first[kinds[order]] + 0.5) / number[kinds[order]]
    return positions
