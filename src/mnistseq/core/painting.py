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
    if not disjoint:
        overlay(glyphs, owner, left, images, np.broadcast_to(top, left.shape), background)
        return
    canvas, before = _widened(images, glyphs, left, background)
    windows, rows = _items(canvas, glyphs)
    windows[owner, left + before + top * canvas.shape[2]] = rows
    _keep_middle(canvas, before, images)


@accelerated("painting", "core")
def overlay(
    glyphs: Pixels, owner: Ints, left: Ints, images: Pixels, top: Ints, background: int
) -> None:
    """Paint glyphs so that the stronger ink wins; see `paint`."""
    canvas, before = _widened(images, glyphs, left, background)
    windows, rows = _items(canvas, glyphs)
    positions = left + before + top * canvas.shape[2]
    stronger = np.minimum if background else np.maximum
    for chosen in _by_position(owner):
        target = owner[chosen], positions[chosen]
        shape = *rows[chosen].shape, rows.dtype.itemsize
        old, new = (
            items.view(np.uint8).reshape(shape) for items in (windows[target], rows[chosen])
        )
        windows[target] = stronger(new, old).view(rows.dtype)[..., 0]
    _keep_middle(canvas, before, images)


def _widened(images: Pixels, glyphs: Pixels, left: Ints, background: int) -> tuple[Pixels, int]:
    """Return empty images wide enough for whole glyphs, and how many columns are before the left edge."""
    width = images.shape[2]
    before = max(0, -int(left.min()))
    after = max(0, int(left.max()) + glyphs.shape[2] - width)
    canvas = images
    if before or after:
        shape = *images.shape[:2], before + width + after, *images.shape[3:]
        canvas = np.empty(shape, dtype=np.uint8)
    canvas.fill(background)
    return canvas, before


def _keep_middle(canvas: Pixels, before: int, images: Pixels) -> None:
    """Copy what has been painted on wider images."""
    if canvas is not images:
        np.copyto(images, canvas[:, :, before : before + images.shape[2]])


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
