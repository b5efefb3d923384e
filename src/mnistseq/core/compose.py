"""Glyphs and their places → images."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Ints, Pixels


def paint(
    glyphs: Pixels, owner: Ints, left: Ints, shape: tuple[int, int], *, apart: bool
) -> Pixels:
    """Put glyphs on empty ground.

    Each row of a glyph is moved as one item, through a view in which every
    window of the canvas is an element: whole glyphs at a time, no loop over
    pixels, images or, where `apart` allows, places.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (N, height, glyph width) or (N, height, glyph width, 3)
        0 is ground, 255 ink.
    owner : ndarray of int64, shape (N,)
        Which image each glyph belongs to, in ascending order.
    left : ndarray of int64, shape (N,)
        Column of each glyph's left edge. What lies outside the image is cut.
    shape : tuple of int
        Number of images and their width.
    apart : bool
        No two glyph arrays share a pixel. Otherwise the stronger ink wins.

    Returns
    -------
    ndarray of uint8, shape (images, height, width) or (images, height, width, 3)
        May be a view of a wider array.
    """
    images, width = shape
    number, height, glyph_width = glyphs.shape[:3]
    before = max(0, -int(left.min()))
    after = max(0, int(left.max()) + glyph_width - width)
    canvas = np.zeros((images, height, before + width + after, *glyphs.shape[3:]), dtype=np.uint8)
    pixel = canvas.strides[2]
    item = np.dtype(f"V{glyph_width * pixel}")
    windows: np.ndarray[tuple[int, ...], np.dtype[np.void]] = np.ndarray(
        (images, canvas.shape[2] - glyph_width + 1, height),
        dtype=item,
        buffer=canvas,
        strides=(canvas.strides[0], pixel, canvas.strides[1]),
    )
    rows = np.ascontiguousarray(glyphs).reshape(number, height, -1)
    columns = left + before
    if apart:
        windows[owner, columns] = rows.view(item)[..., 0]
    else:
        for place in _places(owner):
            target = owner[place], columns[place]
            ground = windows[target].view(np.uint8).reshape(len(place), height, -1)
            windows[target] = np.maximum(rows[place], ground).view(item)[..., 0]
    return canvas[:, :, before : before + width]


def _places(owner: Ints) -> list[Ints]:
    """The first glyph of every image, then the second of every image that has one, …"""
    first = np.searchsorted(owner, owner)
    order = np.arange(len(owner)) - first
    return [np.flatnonzero(order == place) for place in range(int(order.max()) + 1)]
