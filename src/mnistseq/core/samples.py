"""Sample and SampleBatch: images with all that is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.sequences import Sequences, join


@dataclass(frozen=True, eq=False)
class Sample:
    """One image with its labels.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
        0 black, 255 white.
    labels : tuple of str
        One a glyph, from left to right.
    boxes, ink_boxes : ndarray of int64, shape (L, 4)
        x0, y0, x1, y1 of each glyph's cell and of its ink, in pixels of the image, half open.
    glyph_ids : ndarray of int64, shape (L,)
        Which picture of the source each glyph is.
    writer : int or None
        Writer of all glyphs; None where they have several, or none is known.
    seed, index : int
        What drew it: the same seed, index, config and source draw it again.
    """

    image: Pixels
    labels: tuple[str, ...]
    boxes: Ints
    ink_boxes: Ints
    glyph_ids: Ints
    writer: int | None
    seed: int
    index: int

    @property
    def text(self) -> str:
        """The labels as one text: ``350``, or ``cat,dog`` where labels are longer."""
        return join(self.labels)


@dataclass(frozen=True, eq=False)
class SampleBatch:
    """Consecutive samples.

    Attributes
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        0 black, 255 white; a list of B arrays where widths differ.
    sequences : Sequences
        Codes of the labels, flat.
    alphabet : tuple of str
        What the codes stand for.
    flat_boxes, flat_ink_boxes : ndarray of int64, shape (N, 4)
    flat_glyph_ids : ndarray of int64, shape (N,)
        Boxes and glyphs of all samples, one after the other.
    flat_writers : ndarray of int64, shape (N,), or None
    seed, start : int
        The samples are number `start` and following of `seed`.
    names : tuple of str, optional
        What somebody calls the samples.
    """

    images: Pixels | list[Pixels]
    sequences: Sequences
    alphabet: tuple[str, ...]
    flat_boxes: Ints
    flat_ink_boxes: Ints
    flat_glyph_ids: Ints
    flat_writers: Ints | None
    seed: int
    start: int
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    def __iter__(self) -> Iterator[Sample]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> Sample:
        place = range(len(self))[place]
        return Sample(
            image=self.images[place],
            labels=self.labels[place],
            boxes=self.boxes[place],
            ink_boxes=self.ink_boxes[place],
            glyph_ids=self.glyph_ids[place],
            writer=self.writers[place],
            seed=self.seed,
            index=self.start + place,
        )

    @cached_property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The labels of each sample."""
        flat = [self.alphabet[code] for code in self.sequences.codes.tolist()]
        ends = np.cumsum(self.sequences.lengths).tolist()
        starts = [0, *ends[:-1]]
        return tuple(tuple(flat[a:b]) for a, b in zip(starts, ends, strict=True))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The labels of each sample as one text."""
        if any(len(label) != 1 for label in self.alphabet):
            return tuple(join(labels) for labels in self.labels)
        # The usual case, in a tenth of the time: one text for all, cut in pieces.
        flat = "".join([self.alphabet[code] for code in self.sequences.codes.tolist()])
        ends = [0, *np.cumsum(self.sequences.lengths).tolist()]
        return tuple(flat[a:b] for a, b in pairwise(ends))

    @cached_property
    def boxes(self) -> Ints | list[Ints]:
        """Cell boxes, one entry a sample: shape (B, L, 4), or a list where lengths differ."""
        return self._by_sample(self.flat_boxes)

    @cached_property
    def ink_boxes(self) -> Ints | list[Ints]:
        """Ink boxes, in the same form."""
        return self._by_sample(self.flat_ink_boxes)

    @cached_property
    def glyph_ids(self) -> Ints | list[Ints]:
        """Glyph ids, one entry a sample: shape (B, L), or a list where lengths differ."""
        return self._by_sample(self.flat_glyph_ids)

    @property
    def keys(self) -> tuple[str, ...]:
        """What a data set calls each sample: its name, or its index in nine digits."""
        return self.names or tuple(
            f"{index:09d}" for index in range(self.start, self.start + len(self))
        )

    @cached_property
    def writers(self) -> tuple[int | None, ...]:
        """Writer of each sample; None where it has several, or none is known."""
        if self.flat_writers is None:
            return (None,) * len(self)
        first = self.sequences.first
        lowest = np.minimum.reduceat(self.flat_writers, first).tolist()
        highest = np.maximum.reduceat(self.flat_writers, first).tolist()
        return tuple(a if a == b else None for a, b in zip(lowest, highest, strict=True))

    def _by_sample(self, flat: Ints) -> Ints | list[Ints]:
        lengths = self.sequences.lengths
        if (lengths == lengths[0]).all():
            return flat.reshape(len(lengths), int(lengths[0]), *flat.shape[1:])
        return np.split(flat, np.cumsum(lengths)[:-1])


def to_float(image: Pixels) -> NDArray[np.float32]:
    """uint8 → float32 in [0, 1], 0 black and 1 white, same shape."""
    return image.astype(np.float32) / np.float32(255)
