"""Sharing a bank's glyphs out to the splits of a data set."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Floats, Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError

Disjoint: TypeAlias = Literal["glyph", "writer"]

_NAMED = 10


def split_bank(
    bank: GlyphBank, shares: tuple[tuple[str, float], ...], disjoint: Disjoint, seed: int
) -> dict[str, GlyphBank]:
    """Share a bank's glyphs out to splits, so that no two have one, or one writer, in common.

    Glyphs are shared out label by label, so that each split gets its share of
    each, to the nearest glyph. Writers are shared out whole: each split gets its
    share of the people, to the nearest one, and of the glyphs what these wrote.

    Parameters
    ----------
    bank : GlyphBank
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'writer'}
        What no two splits have in common.
    seed : int
        Decides who goes where.

    Returns
    -------
    dict
        Split → the bank with this split's members.

    Raises
    ------
    ArgumentError
        If a split would lack a label, or the source has no writer ids.
    """
    if len(shares) == 1:
        return {shares[0][0]: bank}
    glyphs = np.arange(len(bank)) if bank.members is None else bank.members
    owners, kinds = _units(bank, glyphs, disjoint)
    place = _places_in_kind(kinds, Stream(seed, 0, len(kinds), "split"))
    ends = np.cumsum([share for _, share in shares])
    chosen = np.searchsorted(ends[:-1], place, side="right")[owners]
    banks = {}
    for number, (name, _) in enumerate(shares):
        part = replace(bank, members=glyphs[chosen == number])
        missing = np.flatnonzero((part.by_label.number == 0) & (bank.by_label.number > 0))
        if len(missing):
            labels = ", ".join(bank.alphabet[code] for code in missing[:_NAMED])
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            raise ArgumentError(
                f"split {name} would have no glyph of {labels}{more}: give it a larger share, or "
                "take a source with more glyphs"
            )
        banks[name] = part
    return banks


def _units(bank: GlyphBank, glyphs: Ints, disjoint: Disjoint) -> tuple[Ints, Ints]:
    """What is shared out whole: which unit each glyph belongs to, and of what kind each unit is."""
    if disjoint == "glyph":
        return np.arange(len(glyphs)), bank.codes[glyphs]
    if bank.writers is None:
        raise ArgumentError(
            f"source {bank.name} has no writer ids, so splits cannot be disjoint "
            "by writer: take a source that has them, such as qmnist, or splits disjoint by glyph"
        )
    writers, owners = np.unique(bank.writers[glyphs], return_inverse=True)
    return owners, np.zeros(len(writers), dtype=np.int64)


def _places_in_kind(kinds: Ints, stream: Stream) -> Floats:
    """A random place from 0 to 1 for each unit among those of its kind, evenly spread."""
    order = np.lexsort((stream.words(1)[:, 0], kinds))
    number = np.bincount(kinds)
    first = np.cumsum(number) - number
    places = np.empty(len(kinds))
    places[order] = (np.arange(len(kinds)) - first[kinds[order]] + 0.5) / number[kinds[order]]
    return places
