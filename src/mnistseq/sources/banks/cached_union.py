"""Combine several banks into one, and cache it like a decoded bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.bank_union import BankUnion, mix_banks
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.progress import reporting
from mnistseq.sources.banks.cache import mapped_bank
from mnistseq.sources.banks.pixel_file import write_pixels


def cached_union(banks: Sequence[GlyphBank]) -> GlyphBank:
    """Return the glyphs of several banks as one bank, from the cache if possible.

    SourceError if the bank is too large for the cache and for memory.
    """
    union = BankUnion(banks)

    def make(folder: Path | None) -> GlyphBank:
        return mix_banks(banks) if folder is None else _write(union, folder)

    bank = mapped_bank(union.fingerprint, union.name, make, int(np.prod(union.shape)))
    # Banks made in memory have the hash of their content instead.
    return replace(bank, fingerprint=union.fingerprint)


def _write(union: BankUnion, folder: Path) -> GlyphBank:
    widths: list[Ints] = []
    ink: list[Ints] = []

    def blocks() -> Iterator[Pixels]:
        with reporting(union.shape[0], "joining sources", "img") as advance:
            for block in union.blocks():
                widths.append(block.widths)
                ink.append(block.ink)
                yield block.pixels
                advance(len(block.widths))

    pixels = write_pixels(blocks(), union.shape, folder)
    return union.bank(pixels, np.concatenate(widths), np.concatenate(ink))
