"""Paint glyphs at their positions onto images."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Ints, Pixels

Items: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.void]]


def paint(
    glyphs: Pixels,
    owner: Ints,
    left: Ints,
    images: Pixels,
    *,
    disjoint: bool,
    background: int = 0,
    top: Ints | int = 0,
) -> None:
    """Fill images with their background, and paint glyphs onto it.

    Each row of a glyph is copied as one item, through a view in which every window of
    the canvas is an element. There is no loop over pixels or images and, if glyphs are
    disjoint, none over positions in a line.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (N, height, glyph width) or (N, height, glyph width, 3)
        In the tones of the images.
    owner : ndarray of int64, shape (N,)
        Index of the image that each glyph belongs to, in ascending order.
    left : ndarray of int64, shape (N,)
        Column of each glyph's left edge; parts outside of the image are cut off.
    images : ndarray of uint8, shape (images, height, width) or (images, height, width, 3)
        The images to paint on, C-contiguous.
    disjoint : bool
        Whether no two glyph arrays share a pixel. Otherwise the stronger ink wins.
    background : {0, 255}
        Tone of the background.
    top : int or ndarray of int64, shape (N,)
        Row of each glyph's upper edge; images must be high enough for the whole glyph.
    """
    canvas_height, width = images.shape[1:3]
    glyph_width = glyphs.shape[2]
    before = max(0, -int(left.min()))
    after = max(0, int(left.max()) + glyph_width - width)
    canvas = images
    if before or after:
        shape = len(images), canvas_height, before + width + after, *glyphs.shape[3:]
        canvas = np.empty(shape, dtype=np.uint8)
    canvas.fill(background)
    if disjoint:
        windows, rows = _items(canvas, glyphs)
        windows[owner, left + before + top * canvas.shape[2]] = rows
    else:
        tops = np.broadcast_to(top, left.shape)
        overlay(glyphs, owner, left + before, canvas, tops, background)
    if canvas is not images:
        np.copyto(images, canvas[:, :, before : before + width])


@accelerated("painting", "core")
def overlay(
    glyphs: Pixels, owner: Ints, left: Ints, canvas: Pixels, top: Ints, background: int
) -> None:
    """Paint glyphs, all of them inside their images, so that the stronger ink wins."""
    windows, rows = _items(canvas, glyphs)
    positions = left + top * canvas.shape[2]
    stronger = np.minimum if background else np.maximum
    for chosen in _by_position(owner):
        target = owner[chosen], positions[chosen]
        shape = *rows[chosen].shape, rows.dtype.itemsize
        old, new = (
            items.view(np.uint8).reshape(shape) for items in (windows[target], rows[chosen])
        )
        windows[target] = stronger(new, old).view(rows.dtype)[..., 0]


def _items(canvas: Pixels, glyphs: Pixels) -> tuple[Items, Items]:
    """Return every window of a canvas, and the rows of glyphs, each row as one item.

    Windows are numbered across rows, so one index includes the row.
    """
    height, glyph_width = glyphs.shape[1:3]
    pixel, row_width = canvas.strides[2], canvas.shape[2]
    item = np.dtype(f"V{glyph_width * pixel}")
    windows: Items = np.ndarray(
        (len(canvas), (canvas.shape[1] - height + 1) * row_width - glyph_width + 1, height),
        dtype=item,
        buffer=canvas,
        strides=(canvas.strides[0], pixel, canvas.strides[1]),
    )
    rows = np.ascontiguousarray(glyphs).reshape(len(glyphs), height, -1)
    return windows, rows.view(item)[..., 0]


def _by_position(owner: Ints) -> list[Ints]:
    """Return the first glyphs of all images, then the second ones, and so on."""
    positions = np.arange(len(owner)) - np.searchsorted(owner, owner)
    return [np.flatnonzero(positions == position) for position in range(int(positions.max()) + 1)]
