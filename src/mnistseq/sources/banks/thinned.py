"""Thin the pictures of a bank to pen paths, and cache the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.distance_fields import FIELD_HEIGHT, ON_PATH
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.imaging.distance_fields import field_width, picture_field
from mnistseq.sources.banks.cache import mapped_bank
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.banks.pixel_file import write_pixels


def thinned(bank: GlyphBank) -> GlyphBank:
    """Return a bank with the pen paths of its glyphs, from the cache if possible.

    The fingerprint is a hash of the paths, because other versions of the thinning libraries may
    give different paths. SourceError if the paths are too large for the cache and for memory.
    """
    if bank.paths:
        return bank
    height, width = bank.pixels.shape[1:3]
    shape = (len(bank), FIELD_HEIGHT, field_width(height, width))
    widths = -(-bank.widths.astype(np.int64) * shape[2] // width)
    ink: list[Ints] = []

    def blocks() -> Iterator[Pixels]:
        indices = range(len(bank))
        for field in parallel_map(
            lambda index: picture_field(bank.pixels[index]),
            indices,
            f"{bank.name}: thinning glyphs",
        ):
            ink.append(ink_boxes(field[None] < ON_PATH))
            yield field

    def make(folder: Path | None) -> GlyphBank:
        fields = (
            np.stack(list(blocks())) if folder is None else write_pixels(blocks(), shape, folder)
        )
        return GlyphBank(
            pixels=fields,
            codes=bank.codes,
            alphabet=bank.alphabet,
            name=bank.name,
            widths=widths,
            ink=np.concatenate(ink),
            writers=bank.writers,
            left_out=bank.left_out,
            paths=True,
        )

    key = sha256(f"paths 1 {bank.fingerprint or bank.digest()}".encode()).hexdigest()
    paths = mapped_bank(key, bank.name, make, int(np.prod(shape)))
    return replace(paths, members=bank.members, mixture=bank.mixture)
