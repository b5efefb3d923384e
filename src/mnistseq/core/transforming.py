"""Running transforms over a batch, whatever mixture of sizes it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.glyphs import ink_boxes
from mnistseq.core.picked import Cells
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.core.sequences import Sequences


def transform_glyphs(
    transforms: Sequence[GlyphTransform], cells: Cells, sequences: Sequences, stream: Stream
) -> Cells:
    """Change the glyphs of a batch, one transform after the other."""
    owner = sequences.owner
    place = np.arange(len(owner)) - sequences.first[owner]
    pixels = cells.pixels
    for number, transform in enumerate(transforms):
        purpose = f"glyph transform {number} {transform.name}"
        pixels = transform.glyphs(pixels, GlyphStream(stream.of(purpose), owner, place))
    return Cells(pixels, ink_boxes(pixels), cells.offsets, cells.widths)


def transform_images(
    transforms: Sequence[CanvasTransform],
    images: Pixels | list[Pixels],
    boxes: tuple[Ints, Ints],
    owner: Ints,
    stream: Stream,
) -> tuple[Pixels | list[Pixels], tuple[Ints, Ints]]:
    """Change finished images, one transform after the other, those of one size at a time.

    Parameters
    ----------
    transforms : sequence of CanvasTransform
    images : ndarray of uint8, or list of such
        Dark on light.
    boxes : tuple of ndarray of int64, shape (N, 4)
        Cell boxes and ink boxes, images one after the other.
    owner : ndarray of int64, shape (N,)
        Which image each box belongs to.
    stream : Stream
        One row of words an image.

    Returns
    -------
    images, boxes
        As given; the images are a list where their sizes differ.
    """
    if not transforms:
        return images, boxes
    finished: list[Pixels] = [np.empty(0, np.uint8)] * len(images)
    cells, inks = boxes[0].copy(), boxes[1].copy()
    shapes = np.array([image.shape[:2] for image in images])
    sizes, group = np.unique(shapes, axis=0, return_inverse=True)
    for size in range(len(sizes)):
        rows = np.flatnonzero(group.ravel() == size)
        mine = np.isin(owner, rows)
        canvas = Canvas(
            images=np.stack([images[row] for row in rows]),
            boxes=cells[mine],
            ink_boxes=inks[mine],
            owner=np.searchsorted(rows, owner[mine]),
        )
        for number, transform in enumerate(transforms):
            purpose = f"canvas transform {number} {transform.name}"
            canvas = transform.canvas(canvas, stream.of(purpose).at(rows))
        cells[mine], inks[mine] = canvas.boxes, canvas.ink_boxes
        for row, image in zip(rows, canvas.images, strict=True):
            finished[row] = image
    alike = len({image.shape for image in finished}) == 1
    return np.stack(finished) if alike else finished, (cells, inks)
