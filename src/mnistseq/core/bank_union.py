"""Combine the glyphs of several banks into one bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.distance_fields import FAR
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_cells import GlyphCells
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.errors import ArgumentError

_BLOCK_BYTES = 2**25


@dataclass(frozen=True, eq=False)
class BankUnion:
    """The glyphs of several banks, in order, as one bank.

    All must be pictures, or all pen paths. Glyphs are scaled to the height of the first
    bank, and have three channels if those of any bank do.

    Parameters
    ----------
    banks : sequence of GlyphBank
        At least one.
    """

    banks: Sequence[GlyphBank]

    @property
    def name(self) -> str:
        """``mnist + image-folder symbols``"""
        return " + ".join(bank.name for bank in self.banks)

    @property
    def sizes(self) -> list[int]:
        """Number of glyphs of each bank."""
        return [len(bank) for bank in self.banks]

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        """All labels, in the order in which they first appear."""
        return tuple(dict.fromkeys(label for bank in self.banks for label in bank.alphabet))

    @property
    def paths(self) -> bool:
        """Whether the glyphs are pen paths; ArgumentError if only some of them are."""
        [first, *others] = self.banks
        for bank in others:
            if bank.paths != first.paths:
                paths, pictures = (bank, first) if bank.paths else (first, bank)
                raise ArgumentError(
                    f"source {paths.name} has pen paths and source {pictures.name} has pictures, "
                    "which only a pen draws together: set image.pen, such as 0.03-0.08"
                )
        return first.paths

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape of the pixels: (N, height, width) or (N, height, width, 3)."""
        height = self.banks[0].height
        width = max(GlyphCells.of(bank).picture_width(height) for bank in self.banks)
        colour = any(bank.pixels.ndim == 4 for bank in self.banks)
        return (sum(self.sizes), height, width, *((3,) if colour else ()))

    @property
    def fingerprint(self) -> str:
        """Hash of the banks' fingerprints, in their order."""
        digest = sha256(b"union 1")
        for bank in self.banks:
            digest.update(f"\n{bank.fingerprint or bank.digest()}".encode())
        return digest.hexdigest()

    def blocks(self, block_bytes: int = _BLOCK_BYTES) -> Iterator[GlyphCells]:
        """Yield the glyphs in runs, with their pixels, ink and widths."""
        each = max(1, block_bytes // int(np.prod(self.shape[1:])))
        for bank in self.banks:
            for first in range(0, len(bank), each):
                part = slice(first, first + each)
                widths = bank.widths[part].astype(np.int64)
                cells = GlyphCells(bank.pixels[part], bank.ink[part], np.zeros_like(widths), widths)
                yield self._adapted(cells.scaled(self.shape[1]))

    def _adapted(self, cells: GlyphCells) -> GlyphCells:
        """Pad the pictures to the width and the channels of the union."""
        pixels = cells.pixels
        if pixels.ndim < len(self.shape):
            pixels = np.repeat(pixels[..., None], 3, axis=3)
        background = FAR if self.paths else 0
        wide = np.full((len(pixels), *self.shape[1:]), background, dtype=np.uint8)
        wide[:, :, : pixels.shape[2]] = pixels
        return GlyphCells(wide, cells.ink, cells.offsets, cells.widths)

    def bank(self, pixels: Pixels, widths: Ints, ink: Ints) -> GlyphBank:
        """Build the combined bank from the data that `blocks` yields."""
        codes = {label: code for code, label in enumerate(self.alphabet)}
        return GlyphBank(
            pixels=pixels,
            codes=np.concatenate(
                [
                    np.array([codes[label] for label in bank.alphabet])[bank.codes]
                    for bank in self.banks
                ]
            ),
            alphabet=self.alphabet,
            name=self.name,
            widths=widths,
            ink=ink,
            writers=self._writers(),
            fingerprint=self.fingerprint,
            left_out=tuple(f"{bank.name}: {text}" for bank in self.banks for text in bank.left_out),
            paths=self.paths,
        )

    def _writers(self) -> Ints | None:
        """Return writer ids, renumbered so that they are distinct; the first bank keeps its own."""
        if all(bank.writers is None for bank in self.banks):
            return None
        columns: list[Ints] = []
        following = 0
        for bank in self.banks:
            column = np.full(len(bank), UNKNOWN_WRITER, dtype=np.int64)
            if bank.writers is not None:
                known = bank.writers != UNKNOWN_WRITER
                _, ranks = np.unique(bank.writers[known], return_inverse=True)
                column[known] = bank.writers[known] if not columns else following + ranks
                following = max(following, int(column.max()) + 1)
            columns.append(column)
        return np.concatenate(columns)


def mix_banks(banks: Sequence[GlyphBank]) -> GlyphBank:
    """Return the glyphs of several banks as one bank in memory.

    All glyphs of each bank are included, whatever its members are.
    """
    union = BankUnion(banks)
    blocks = list(union.blocks())
    return union.bank(
        np.concatenate([block.pixels for block in blocks]),
        np.concatenate([block.widths for block in blocks]),
        np.concatenate([block.ink for block in blocks]),
    )
