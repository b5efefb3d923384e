"""Sharing a bank's glyphs out to the splits of a data set."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.arrays import Floats, Ints
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError

Disjoint: TypeAlias = Literal["glyph", "hand"]


def split_bank(
    bank: GlyphBank, shares: tuple[tuple[str, float], ...], disjoint: Disjoint, seed: int
) -> dict[str, GlyphBank]:
    """Share a bank's glyphs out to splits, so that no two have one, or one hand, in common.

    Glyphs are shared out label by label, so that each split gets its share of
    each; hands as they come.
    """
    if len(shares) == 1:
        return {shares[0][0]: bank}
    if disjoint == "hand":
        units, kinds = bank.by_hand.hands, np.zeros(len(bank.by_hand.hands), dtype=np.int64)
    else:
        units, kinds = np.arange(len(bank)), bank.codes
    place = _places_in_kind(kinds, Stream(seed, 0, len(units), "split"))
    ends = np.cumsum([share for _, share in shares])
    chosen = np.searchsorted(ends[:-1], place, side="right")
    banks = {}
    for number, (name, _) in enumerate(shares):
        mine = units[chosen == number]
        members = mine
        if bank.hands is not None and disjoint == "hand":
            members = np.flatnonzero(np.isin(bank.hands, mine))
        part = replace(bank, members=members)
        missing = [
            label for label, n in zip(bank.alphabet, part.by_label.number, strict=True) if not n
        ]
        if missing:
            raise ArgumentError(
                f"split {name} would have no glyph of {', '.join(missing[:10])}: give it a larger "
                "share, or take a source with more glyphs"
            )
        banks[name] = part
    return banks


def _places_in_kind(kinds: Ints, stream: Stream) -> Floats:
    """A random place from 0 to 1 for each unit among those of its kind, evenly spread."""
    order = np.lexsort((stream.words(1)[:, 0], kinds))
    number = np.bincount(kinds)
    first = np.cumsum(number) - number
    places = np.empty(len(kinds))
    places[order] = (np.arange(len(kinds)) - first[kinds[order]] + 0.5) / number[kinds[order]]
    return places
