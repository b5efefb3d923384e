"""Sample and SampleBatch: images with their labels, boxes and glyph ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.core.overlays import draw_boxes
from mnistseq.core.sequences import Sequences, join
from mnistseq.errors import ArgumentError
from mnistseq.messages import plural

if TYPE_CHECKING:
    from mnistseq.core.notebook import PillowImage

_SHOWN = 12
"""Number of samples of a batch that a notebook shows."""

_LONGEST_SHOWN = 40
"""Maximum number of characters of the text in a sample's repr."""


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """One image with its labels.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
        0 is black, 255 white.
    labels : tuple of str
        One for each glyph, from left to right.
    boxes, ink_boxes : ndarray of int64, shape (L, 4)
        x0, y0, x1, y1 of each glyph's cell and ink, in pixels of the image, half open.
    glyph_ids : ndarray of int64, shape (L,)
        Ids of the glyphs in the source.
    writer : int or None
        The one writer of all glyphs with a known writer; None if there are several or none.
    seed, index : int
        Together with config and source, they determine the sample.
    mask : ndarray of uint16, shape (height, width), or None
        0 where no glyph has ink, 1 for the first glyph, and so on; None if not requested.
    quads : ndarray of float64, shape (L, 4, 2), or None
        x, y of the corners of each cell, clockwise from the upper left; None without a mask.
    """

    image: Pixels
    labels: tuple[str, ...]
    boxes: Ints
    ink_boxes: Ints
    glyph_ids: Ints
    writer: int | None
    seed: int
    index: int
    mask: NDArray[np.uint16] | None = None
    quads: Floats | None = None

    @property
    def centres(self) -> Floats | None:
        """x, y of the middle of each cell's corners: float64, shape (L, 2); None without quads."""
        return None if self.quads is None else self.quads.mean(axis=1)

    @property
    def text(self) -> str:
        """The labels joined: ``350``, or ``cat,dog`` where labels are longer."""
        return join(self.labels)

    def __repr__(self) -> str:
        """``<Sample 2 of seed 7: '350', 130 x 28 px>``"""
        height, width = self.image.shape[:2]
        text = self.text if len(self.text) <= _LONGEST_SHOWN else f"{self.text[:_LONGEST_SHOWN]}…"
        return f"<Sample {self.index} of seed {self.seed}: {text!r}, {width} x {height} px>"

    def to_pil(self) -> PillowImage:
        """Return the image as a Pillow image, of mode L or RGB."""
        from mnistseq.core.notebook import pillow_image

        return pillow_image(self.image)

    def show(self, boxes: Literal["ink", "cell"] | None = None) -> PillowImage:
        """Return the image as a Pillow image, optionally with boxes; a notebook displays it.

        Parameters
        ----------
        boxes : {'ink', 'cell'}, optional
            Whether to draw boxes of the ink or of the cells.
        """
        if boxes is None:
            return self.to_pil()
        from mnistseq.core.notebook import pillow_image

        return pillow_image(
            draw_boxes(self.image, self.ink_boxes if boxes == "ink" else self.boxes)
        )

    def _repr_png_(self) -> bytes:
        from mnistseq.core.notebook import png_of

        return png_of(self.to_pil())


@dataclass(frozen=True, eq=False, repr=False)
class SampleBatch:
    """Several samples: ``batch[2]`` is one of them, ``batch[2:5]`` a batch of three.

    Attributes
    ----------
    images : ndarray of uint8, shape (B, height, width) or (B, height, width, 3)
        0 is black, 255 white; a list of B arrays if widths differ.
    sequences : Sequences
        Codes of the labels of all samples, one after the other.
    alphabet : tuple of str
        The label of each code.
    flat_boxes, flat_ink_boxes : ndarray of int64, shape (N, 4)
    flat_glyph_ids : ndarray of int64, shape (N,)
        Boxes and glyphs of all samples, one after the other.
    flat_writers : ndarray of int64, shape (N,), or None
    seed, start : int
        The samples of `seed` from index `start` on, unless `indices` are given.
    names : tuple of str, optional
        Names of the samples; by default their indices.
    columns : mapping of str to tuple of str
        Recorded columns of the input: name → value of each sample.
    indices : ndarray of int64, shape (B,), optional
        Index of each sample, if they are not consecutive.
    masks : list of ndarray of uint16, shape (height, width), or None
        For each image: 0 where no glyph has ink, 1 for the first glyph, and so on; None if
        not requested.
    flat_quads : ndarray of float64, shape (N, 4, 2), or None
        x, y of the corners of each cell, clockwise from the upper left; None without masks.
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
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    indices: Ints | None = None
    masks: list[NDArray[np.uint16]] | None = None
    flat_quads: Floats | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    def __iter__(self) -> Iterator[Sample]:
        return (self[index] for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> SampleBatch: ...

    def __getitem__(self, index: int | slice) -> Sample | SampleBatch:
        if isinstance(index, slice):
            return self._part(range(len(self))[index])
        index = range(len(self))[index]
        return Sample(
            image=self.images[index],
            labels=self.labels[index],
            boxes=self.boxes[index],
            ink_boxes=self.ink_boxes[index],
            glyph_ids=self.glyph_ids[index],
            writer=self.writers[index],
            seed=self.seed,
            index=self.start + index if self.indices is None else int(self.indices[index]),
            mask=None if self.masks is None else self.masks[index],
            quads=self._quads_of(index),
        )

    def _quads_of(self, index: int) -> Floats | None:
        if self.flat_quads is None:
            return None
        first = int(self.sequences.first[index])
        return self.flat_quads[first : first + int(self.sequences.lengths[index])]

    def __repr__(self) -> str:
        """``<SampleBatch: samples 0 to 9 of seed 7>``"""
        if self.indices is not None:
            return f"<SampleBatch: {plural(len(self), 'sample')} of seed {self.seed}>"
        if len(self) == 1:
            return f"<SampleBatch: sample {self.start} of seed {self.seed}>"
        last = self.start + len(self) - 1
        samples = f"samples {self.start} to {last}" if len(self) else "no samples"
        return f"<SampleBatch: {samples} of seed {self.seed}>"

    def _repr_html_(self) -> str:
        from mnistseq.core.notebook import figures_html

        shown = [self[number] for number in range(min(len(self), _SHOWN))]
        heading = repr(self).strip("<>")
        if len(shown) < len(self):
            heading += f", the first {len(shown)}"
        return figures_html(((sample.to_pil(), sample.text) for sample in shown), heading)

    def _part(self, indices: range) -> SampleBatch:
        """Return some consecutive samples as a batch."""
        if indices.step != 1:
            raise ArgumentError(
                f"a batch has consecutive samples, but a slice with step {indices.step} has not; "
                "take single samples"
            )
        samples = slice(indices.start, max(indices.start, indices.stop))
        ends = [0, *np.cumsum(self.sequences.lengths).tolist()]
        glyphs = slice(ends[samples.start], ends[samples.stop])
        sequences = Sequences(self.sequences.codes[glyphs], self.sequences.lengths[samples])
        return replace(
            self,
            images=self.images[samples],
            sequences=sequences,
            flat_boxes=self.flat_boxes[glyphs],
            flat_ink_boxes=self.flat_ink_boxes[glyphs],
            flat_glyph_ids=self.flat_glyph_ids[glyphs],
            flat_writers=None if self.flat_writers is None else self.flat_writers[glyphs],
            masks=None if self.masks is None else self.masks[samples],
            flat_quads=None if self.flat_quads is None else self.flat_quads[glyphs],
            start=self.start + samples.start,
            names=None if self.names is None else self.names[samples],
            indices=None if self.indices is None else self.indices[samples],
        )

    @cached_property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The labels of each sample."""
        flat = [self.alphabet[code] for code in self.sequences.codes.tolist()]
        ends = [0, *np.cumsum(self.sequences.lengths).tolist()]
        return tuple(tuple(flat[a:b]) for a, b in pairwise(ends))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of each sample: its labels joined."""
        if any(len(label) != 1 for label in self.alphabet):
            return tuple(join(labels) for labels in self.labels)
        # Slicing one string of all samples takes a tenth of the time.
        flat = "".join([self.alphabet[code] for code in self.sequences.codes.tolist()])
        ends = [0, *np.cumsum(self.sequences.lengths).tolist()]
        return tuple(flat[a:b] for a, b in pairwise(ends))

    @cached_property
    def codes(self) -> Ints | list[Ints]:
        """Codes of the labels of each sample: shape (B, L), or a list if lengths differ."""
        return self._by_sample(self.sequences.codes)

    @cached_property
    def boxes(self) -> Ints | list[Ints]:
        """Cell boxes of each sample: shape (B, L, 4), or a list if lengths differ."""
        return self._by_sample(self.flat_boxes)

    @cached_property
    def ink_boxes(self) -> Ints | list[Ints]:
        """Ink boxes of each sample, in the same form."""
        return self._by_sample(self.flat_ink_boxes)

    @cached_property
    def glyph_ids(self) -> Ints | list[Ints]:
        """Glyph ids of each sample: shape (B, L), or a list if lengths differ."""
        return self._by_sample(self.flat_glyph_ids)

    @property
    def keys(self) -> tuple[str, ...]:
        """The key of each sample in a data set: its name, or its index in nine digits."""
        consecutive = range(self.start, self.start + len(self))
        indices = consecutive if self.indices is None else self.indices.tolist()
        return self.names or tuple(f"{index:09d}" for index in indices)

    @cached_property
    def writers(self) -> tuple[int | None, ...]:
        """The writer of each sample; None if there are several or none is known."""
        if self.flat_writers is None:
            return (None,) * len(self)
        first, ends = self.sequences.first, np.iinfo(np.int64)
        known = self.flat_writers != UNKNOWN_WRITER
        lowest = np.minimum.reduceat(np.where(known, self.flat_writers, ends.max), first).tolist()
        highest = np.maximum.reduceat(np.where(known, self.flat_writers, ends.min), first).tolist()
        return tuple(a if a == b else None for a, b in zip(lowest, highest, strict=True))

    def _by_sample(self, flat: Ints) -> Ints | list[Ints]:
        lengths = self.sequences.lengths
        if (lengths == lengths[:1]).all():
            return flat.reshape(len(lengths), *lengths[:1].tolist(), *flat.shape[1:])
        return np.split(flat, np.cumsum(lengths)[:-1])


def to_float(image: Pixels) -> NDArray[np.float32]:
    """Convert uint8 to float32 in [0, 1], 0 black and 1 white, of the same shape."""
    return image.astype(np.float32) / np.float32(255)
