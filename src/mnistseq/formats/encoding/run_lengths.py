"""Convert masks to compressed COCO run lengths, which pycocotools reads, and back.

Runs alternate between 0 and 1, column by column. Each is written as its difference from the run
before the last, in groups of five bits, lowest first; a sixth bit marks that more groups follow,
and 48 is added to give a printable character.

Source: https://github.com/cocodataset/cocoapi, ``maskApi.c``, ``rleToString``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Flags
from mnistseq.core.samples import SampleBatch
from mnistseq.core.segmentation import Masks

_LONGEST_SHIFT = 40
"""Maximum number of bits of a run, in an image of any size."""


def run_lengths(mask: Flags) -> str:
    """Encode a mask of shape (height, width) as run lengths."""
    flat = np.concatenate([[False], mask.ravel(order="F")])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    runs = np.diff(np.concatenate([[0], edges, [mask.size]]))
    values = runs.copy()
    values[3:] -= runs[1:-2]
    return "".join(map(_characters, values.tolist()))


def area_of(counts: str) -> int:
    """Return the number of pixels of a mask."""
    return sum(_runs(counts)[1::2])


def mask_of(counts: Sequence[str], height: int, width: int) -> Masks:
    """Decode the run lengths of all glyphs of an image to one mask, which numbers them from 1."""
    mask = np.zeros(height * width, dtype=np.uint16)
    inked = (
        mask.size
    )  # remaining pixels; each belongs to one glyph, which bounds the work for bad runs
    for number, own in enumerate(counts, 1):
        runs = _runs(own)
        inked -= sum(runs[1::2])
        if min(runs, default=0) < 0 or sum(runs) != mask.size or inked < 0:
            raise ValueError("a mask does not fit its image")
        ends = np.cumsum(runs).tolist()
        for start, end in zip(ends[::2], ends[1::2], strict=False):
            mask[start:end] = number
    return np.ascontiguousarray(mask.reshape(width, height).T)


def masks_of(batch: SampleBatch) -> Iterator[list[str]]:
    """Yield the run lengths of all glyphs of each sample of a batch with masks."""
    lengths = batch.sequences.lengths.tolist()
    for mask, length in zip(batch.masks or (), lengths, strict=True):
        yield [run_lengths(_of(mask, number)) for number in range(1, length + 1)]


def _of(mask: NDArray[np.uint16], number: int) -> Flags:
    pixels: Flags = mask == number
    return pixels


def _characters(value: int) -> str:
    characters = ""
    while True:
        group, value = value & 31, value >> 5
        more = value != (-1 if group & 16 else 0)
        characters += chr(48 + group + 32 * more)
        if not more:
            return characters


def _runs(counts: str) -> list[int]:
    runs: list[int] = []
    value, shift = 0, 0
    for character in counts:
        group = ord(character) - 48
        if shift > _LONGEST_SHIFT:
            raise ValueError("a run of a mask is too long")
        value |= (group & 31) << shift
        shift += 5
        if not group & 32:
            if group & 16:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value, shift = 0, 0
    return runs
