"""Segmentation: which glyph each pixel of ink belongs to, and the corners of each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Floats, Ints
from mnistseq.core.glyph_cells import SelectedGlyphs
from mnistseq.core.layout import Layout
from mnistseq.core.sequences import Sequences

Masks: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Masks and cell corners of the glyphs of a batch.

    Attributes
    ----------
    masks : list of ndarray of uint16, shape (height, width)
        For each image: 0 where no glyph has ink, 1 for the first glyph, and so on.
    quads : ndarray of float64, shape (N, 4, 2)
        x, y of the corners of each cell, clockwise from the upper left.
    """

    masks: list[Masks]
    quads: Floats

    @classmethod
    def painted(
        cls, sequences: Sequences, glyphs: SelectedGlyphs, layout: Layout, width: int | None
    ) -> Segmentation:
        """Return the segmentation of painted lines, stretched to a width if one is given.

        Where glyphs overlap, the darker ink wins; if both are equally dark, the earlier glyph.
        """
        pictures = glyphs.pixels()
        inks = pictures if pictures.ndim == 3 else pictures.max(axis=3)
        height = layout.canvas_height or inks.shape[1]
        sizes = layout.widths.tolist()
        masks = [np.zeros((height, size), np.uint16) for size in sizes]
        darkest = [np.zeros((height, size), np.uint8) for size in sizes]
        positions = np.arange(len(inks)) - sequences.first[sequences.owner]
        tops = np.broadcast_to(layout.y, len(inks))
        places = zip(
            sequences.owner.tolist(),
            positions.tolist(),
            (layout.x - glyphs.offsets).tolist(),
            tops.tolist(),
            strict=True,
        )
        for ink, (image, position, left, top) in zip(inks, places, strict=True):
            first, last = max(left, 0), min(left + ink.shape[1], sizes[image])
            part = slice(top, top + len(ink)), slice(first, last)
            own, darker = ink[:, first - left : last - left], darkest[image][part]
            wins = own > darker
            darker[wins] = own[wins]
            masks[image][part][wins] = position + 1
        quads = corners_of(layout.boxes)
        if width is not None:
            quads[:, :, 0] *= (width / layout.widths[sequences.owner])[:, None]
            masks = [_stretched(mask, width) for mask in masks]
        return cls(masks, quads)


def corners_of(boxes: Ints) -> Floats:
    """Return the corners of boxes, clockwise from the upper left: float64, shape (N, 4, 2)."""
    corners: Floats = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].astype(np.float64)
    return corners


def _stretched(mask: Masks, width: int) -> Masks:
    """Scale a mask by taking the nearest pixel."""
    columns = (np.arange(width) * 2 + 1) * mask.shape[1] // (2 * width)
    return mask[:, columns]
