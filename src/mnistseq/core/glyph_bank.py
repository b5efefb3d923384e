"""GlyphBank: all glyphs of a source, with an index from labels to glyphs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Flags, Ints, Pixels
from mnistseq.core.distance_fields import FIELD_HEIGHT, ON_PATH
from mnistseq.core.glyph_index import LabelIndex, Mixture, WriterIndex
from mnistseq.core.resample import blocks
from mnistseq.errors import ArgumentError, SourceError

_BLOCK_PIXELS = 1 << 20
"""Pixels whose ink is looked for at a time; they should fit a core's cache."""


class BankOpener(ABC):
    """Reopens a bank in any process; small and picklable."""

    @abstractmethod
    def open(self) -> GlyphBank:
        """Return the bank with all its glyphs.

        Raises
        ------
        SourceError
            If the glyphs cannot be read, or have changed.
        """


@dataclass(frozen=True, eq=False, repr=False)
class GlyphBank:
    """All the glyphs of a source.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
        Ink: 0 is the background, 255 the strongest ink, whatever the polarity of the
        source. Narrower glyphs are at the left, padded with background. May be
        memory-mapped. In a bank of pen paths, these are fields of distances.
    codes : ndarray of int, shape (N,)
        Index of each glyph's label in `alphabet`.
    alphabet : tuple of str
        All labels, each once.
    name : str
        Name of the source, for messages.
    widths : ndarray of int64, shape (N,), optional
        Width of each glyph's cell in pixels; by default the whole `width`.
    ink : ndarray of int, shape (N, 4), optional
        x0, y0, x1, y1 of each glyph's ink or path, half open; measured by default.
    writers : ndarray of int64, shape (N,), optional
        Writer id of each glyph, if the source has writer ids; -1
        (`glyph_index.UNKNOWN_WRITER`) for an unknown writer.
    members : ndarray of int64, optional
        Ids of the glyphs that may be drawn, in ascending order; by default all.
    fingerprint : str
        Hash of everything but the members. Banks with equal fingerprints draw equal images.
    left_out : tuple of str
        Parts of the source that could not be used, each with the reason.
    mixture : Mixture, optional
        How often glyphs come from each of several sources. By default all glyphs of a
        label are equally likely.
    cache_key : str, optional
        Key of the bank in the cache of decoded banks.
    paths : bool
        Whether the glyphs are pen paths, which only a pen can draw. Each pixel is then the
        distance from its centre to the path, in 32nds of a 28th of the cell's height; 255
        means farther than any pen reaches. The height is `distance_fields.FIELD_HEIGHT`.

    Attributes
    ----------
    opener : BankOpener or None
        Reopens the bank when it is unpickled; without an opener, its arrays are pickled.
    """

    pixels: Pixels
    codes: Ints
    alphabet: tuple[str, ...]
    name: str = "unnamed"
    widths: Ints = None  # type: ignore[assignment]  # set in __post_init__
    ink: Ints = None  # type: ignore[assignment]
    writers: Ints | None = None
    members: Ints | None = None
    fingerprint: str = ""
    left_out: tuple[str, ...] = ()
    mixture: Mixture | None = None
    cache_key: str | None = None
    paths: bool = False
    # Not an argument: a bank made by `replace` with other arrays must not inherit it.
    opener: BankOpener | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        _check(self)
        if self.widths is None:
            widths = np.full(len(self.pixels), self.pixels.shape[2], dtype=np.int64)
            object.__setattr__(self, "widths", widths)
        if self.ink is None:
            inked = self.pixels < ON_PATH if self.paths else self.pixels
            object.__setattr__(self, "ink", ink_boxes(inked))

    def __len__(self) -> int:
        return len(self.pixels)

    def __repr__(self) -> str:
        """``<GlyphBank mnist: 60000 glyphs of 10 labels, 28 x 28 px>``"""
        height, width = self.pixels.shape[1:3]
        part = "" if self.members is None else f"{len(self.members)} of "
        size = "pen paths" if self.paths else f"{width} x {height} px"
        return f"<GlyphBank {self.name}: {part}{len(self)} glyphs of {len(self.alphabet)} labels, {size}>"

    def opened_by(self, opener: BankOpener | None) -> GlyphBank:
        """Return the bank, to be pickled as its opener."""
        bank = replace(self)
        object.__setattr__(bank, "opener", opener)
        return bank

    def restricted(self, members: Ints) -> GlyphBank:
        """Return the bank with other members."""
        return replace(self, members=members).opened_by(self.opener)

    def __reduce__(self) -> tuple[Callable[..., GlyphBank], tuple[Any, ...]]:
        if self.opener is None:
            values = (getattr(self, item.name) for item in fields(self) if item.init)
            return GlyphBank, tuple(values)
        return _open_again, (self.opener, _to_bits(self.members, len(self)))

    @property
    def height(self) -> int:
        """Height of every glyph, in pixels."""
        return int(self.pixels.shape[1])

    def digest(self) -> str:
        """Return a hash of labels, pixels, cells and writers."""
        digest = sha256("\n".join(map(repr, self.alphabet)).encode())
        if self.paths:
            digest.update(b"paths")
        digest.update(repr(self.pixels.shape).encode())
        for column in (self.codes, self.widths, self.writers):
            digest.update(b"-" if column is None else column.astype("<i8").tobytes())
        digest.update(np.ascontiguousarray(self.pixels).data)
        return digest.hexdigest()

    @cached_property
    def by_label(self) -> LabelIndex:
        """The glyphs of each label."""
        codes = np.asarray(self.codes)  # results from a memmap would be memmaps, which are slower
        return LabelIndex.of(codes, len(self.alphabet), self.members, self.mixture)

    @cached_property
    def by_writer(self) -> WriterIndex:
        """The glyphs of each writer and label; ArgumentError if the source has no writer ids."""
        if self.writers is None:
            raise ArgumentError(
                f"source {self.name} has no writer ids, so source.writer cannot "
                "be one: take a source with writer ids, such as mnist, or source.writer any"
            )
        return WriterIndex.of(
            np.asarray(self.writers),
            np.asarray(self.codes),
            len(self.alphabet),
            self.members,
            self.mixture,
        )


def _open_again(opener: BankOpener, bits: Pixels | None) -> GlyphBank:
    bank = opener.open()
    return bank if bits is None else bank.restricted(_from_bits(bits, len(bank)))


def _to_bits(members: Ints | None, count: int) -> Pixels | None:
    """Return members as one bit for each glyph, which takes a 64th of the space."""
    if members is None:
        return None
    chosen = np.zeros(count, dtype=np.bool_)
    chosen[members] = True
    return np.packbits(chosen)


def _from_bits(bits: Pixels, count: int) -> Ints:
    return np.flatnonzero(np.unpackbits(bits, count=count))


def _check(bank: GlyphBank) -> None:
    shape = bank.pixels.shape
    if bank.pixels.dtype != np.uint8 or len(shape) not in (3, 4) or shape[3:] not in ((), (3,)):
        raise SourceError(
            f"source {bank.name}: glyphs must be uint8 (N, height, width) or (N, height, width, "
            f"3), not {bank.pixels.dtype} {shape}"
        )
    if bank.paths and (len(shape) != 3 or shape[1] != FIELD_HEIGHT):
        raise SourceError(
            f"source {bank.name}: fields of pen paths must have the shape (N, {FIELD_HEIGHT}, "
            f"width), not {shape}"
        )
    if not len(bank.pixels) or 0 in shape:
        raise SourceError(f"source {bank.name} has no glyphs: shape {shape}")
    for column in ("codes", "widths", "ink", "writers"):
        values = getattr(bank, column)
        if values is not None and len(values) != len(bank.pixels):
            raise SourceError(
                f"source {bank.name}: {len(bank.pixels)} glyphs but {len(values)} {column}"
            )
        if values is not None and not np.issubdtype(values.dtype, np.integer):
            raise SourceError(
                f"source {bank.name}: {column} must be whole numbers, not {values.dtype}"
            )
    if bank.codes.min() < 0 or bank.codes.max() >= len(bank.alphabet):
        raise SourceError(f"source {bank.name}: a code is outside its {len(bank.alphabet)} labels")
    if not all(isinstance(label, str) for label in bank.alphabet):
        raise SourceError(f"source {bank.name}: labels must be strings, not {bank.alphabet[:3]}")
    if len(set(bank.alphabet)) != len(bank.alphabet):
        raise SourceError(f"source {bank.name}: a label occurs twice in its alphabet")


def ink_boxes(glyphs: Pixels | Flags) -> Ints:
    """Return the smallest box around the ink of each glyph.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
        0 is the background, everything else ink.

    Returns
    -------
    ndarray of int64, shape (N, 4)
        x0, y0, x1, y1, half open; all 0 for a glyph without ink.
    """
    boxes = np.zeros((len(glyphs), 4), dtype=np.int64)
    height, width = glyphs.shape[1:3]
    for part in blocks(len(glyphs), max(1, _BLOCK_PIXELS // (height * width))):
        boxes[part] = _boxes(glyphs[part])
    return boxes


def _boxes(glyphs: Pixels | Flags) -> Ints:
    """Return the boxes of a few glyphs; the memory is some times that of the pictures."""
    if glyphs.ndim == 4:
        glyphs = glyphs.max(axis=3)
    count, width = len(glyphs), glyphs.shape[2]
    # Several pixels at a time, if rows can be divided so.
    word = np.uint64 if width % 8 == 0 else np.uint32 if width % 4 == 0 else np.uint8
    words = np.ascontiguousarray(glyphs).view(word)
    boxes = np.zeros((count, 4), dtype=np.int64)
    for column, folded in ((0, _columns(words).view(np.uint8)), (1, _rows(words))):
        inked = folded != 0
        boxes[:, column] = inked.argmax(axis=1)
        boxes[:, column + 2] = inked.shape[1] - inked[:, ::-1].argmax(axis=1)
    boxes[~np.any(inked, axis=1)] = 0
    return boxes


def _columns(words: NDArray[Any]) -> NDArray[Any]:
    """Combine the bits of all rows; halving is faster than NumPy's reduction."""
    while words.shape[1] > 1:
        half, odd = divmod(words.shape[1], 2)
        folded = words[:, :half] | words[:, half : 2 * half]
        if odd:
            folded[:, 0] |= words[:, -1]
        words = folded
    return words[:, 0]


def _rows(words: NDArray[Any]) -> NDArray[Any]:
    """Combine the bits of each row; long runs of words are faster than NumPy's reduction."""
    count, height, width = words.shape
    # Each word with those after it: 2, 4, 8 and so on.
    runs, length = words.reshape(-1), 1
    while length * 2 <= width:
        runs = runs[:-length] | runs[length:]
        length *= 2
    whole: NDArray[Any] = runs[::width] | runs[width - length :: width]
    return whole.reshape(count, height)
